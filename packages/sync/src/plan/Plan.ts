/** What a sync would do, as far as the database can tell: nothing is asked of athenahealth, and nothing is written. */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"

export interface Plan {
  readonly practiceId: PracticeId
  readonly resource: "reference" | "appointments" | "changes" | "patients"
  /** Lists, days, feeds or patients that the run would read. */
  readonly windows: number
  /** Of them, those that an unfinished run of the same range has done. */
  readonly finished: number
  /** Requests: at least so many; rows that nobody has read yet may need more pages, and what moved is read by id. */
  readonly calls: number
  /** A long run, which leaves half of what syncs may use of a day to the others. */
  readonly isBackfill: boolean
}
