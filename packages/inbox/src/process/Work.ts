import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"

/** A record that something happened to, by the names of the event platform. */
export interface RecordName {
  readonly practiceId: PracticeId
  /** `Appointment` */
  readonly resource: string
  readonly resourceId: string
}

/** An event whose record is about to be read. */
export interface ClaimedEvent {
  readonly eventId: string
  readonly topic: string
  readonly patientId: string | null
  readonly departmentId: string | null
  readonly occurredAt: Date | null
  readonly receivedAt: Date
}

/** A record that is ours to read, until its lease ends or somebody else claims it. */
export interface Work extends RecordName {
  readonly logicalId: string | null
  readonly patientId: string | null
  /** Of the claim: higher than that of every claim before. What is committed for the claim is committed under it. */
  readonly fence: string
  /** Of the record's newest event when it was claimed. If it has moved since, the record has to be read again. */
  readonly generation: string
  /** Failed readings so far. */
  readonly attempts: number
  /** What the reading counts for, in the order of receipt. */
  readonly events: ReadonlyArray<ClaimedEvent>
}

/** How long a claim holds. Whoever reads the record has to be done before, or gives up. */
export const leaseSeconds = 30
