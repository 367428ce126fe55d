import type { RunId } from "@athena-engine/athena-core/ids/RunId"

/** One program's part in a job that several may work at. */
export interface Job {
  /** What is done, as its lease names it: `all`. */
  readonly name: string
  /** What was asked for, such as `2019-06-01/2019-06-30`: only those who were asked for the same share the work. */
  readonly scope: string
  readonly runId: RunId
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
}

/** The lease of a practice's part in a job. */
export const practiceLeaseOf = ({ name }: Job, practiceId: string): string => `${name} of practice ${practiceId}`

/** The lease that shows that a copy lives. */
export const copyLeaseOf = ({ name, scope }: Job, runId: string): string => `${name} ${scope} by run ${runId}`
