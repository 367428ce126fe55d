import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"

/** A delivery that is ours to make, until its lease ends or somebody else claims it. */
export interface Claimed {
  readonly handler: string
  readonly eventId: string
  readonly practiceId: PracticeId
  readonly topic: string
  readonly resource: string
  readonly resourceId: string
  readonly logicalId: string | null
  readonly patientId: string | null
  readonly departmentId: string | null
  readonly occurredAt: Date | null
  readonly receivedAt: Date
  /** This one included. */
  readonly attempts: number
  /** The fence of the reading that it goes with. */
  readonly reading: string
  /** Of the claim. */
  readonly fence: string
}

/** How long the record may take to be read, where it has to be read again. */
export const readingSeconds = 20

/** How long a claim holds besides the time that the handler may take: for the reading, and for a database that comes back late. */
export const marginSeconds = readingSeconds + 25
