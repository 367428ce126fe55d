/**
 * What is committed of a notification: ids, and nothing else of what it said.
 */
import type { DateTime } from "effect"

/** Why an event is kept and no record is read for it. */
export type KeptBecause = "no-resource" | "unknown-topic" | "unknown-form" | "other-practice"

export interface ReceivedEvent {
  readonly eventId: string
  /** `Appointment.check-in` */
  readonly topic: string
  readonly practiceId: string
  /** The type of the topic: `Appointment`. */
  readonly resource: string
  /** The record's id in `/v1`, or the local part of its logical id. */
  readonly resourceId: string
  /** `a-195900.E-60178`, where the event named it. */
  readonly logicalId: string | undefined
  readonly patientId: string | undefined
  readonly departmentId: string | undefined
  readonly subscriptionId: string | undefined
  /** When the vendor committed what happened. Its clocks do not agree with each other. */
  readonly occurredAt: DateTime.Utc | undefined
  readonly keptBecause: KeptBecause | undefined
}

/** A signed Bundle in which no event could be read. */
export interface UnreadNotification {
  /** SHA-256 of its bytes, by which it is known when it comes again. */
  readonly digest: string
  /** In fixed words. */
  readonly reason: string
}

export interface Received {
  readonly events: ReadonlyArray<ReceivedEvent>
  readonly unread?: UnreadNotification
}

/** What came of it. */
export interface Receipt {
  /** Events that were not known yet. */
  readonly fresh: number
  /** Events that had come before. */
  readonly known: number
}
