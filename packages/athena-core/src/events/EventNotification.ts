/**
 * What a notification says, as ids and nothing else: names of users and every other free text stay behind.
 */
import type { Array as Arr, DateTime } from "effect"
import type { DepartmentId } from "../ids/DepartmentId.ts"
import type { PatientId } from "../ids/PatientId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"

/**
 * Why an event is kept for whoever wants to look at it, and its record not read:
 *
 * - `other-practice`: the ids in it are of different practices; a call-back might read another tenant's record
 * - `unknown-topic`: not one of the 62
 * - `unknown-form`: which record it is about cannot be read, or it is of another type than the topic's
 */
export type KeptBecause = "unknown-topic" | "unknown-form" | "other-practice"

/** Something that happened to a record. */
export interface EventNotification {
  /** The same wherever the event is told again; duplicates are known by it. */
  readonly eventId: string
  /** `Appointment.check-in`; `unknown` where none is named. */
  readonly topic: string
  /** Where ids of several practices are named, the one whose subscription it is. */
  readonly practiceId: PracticeId
  /** The type of the topic: `Appointment`. */
  readonly resource: string
  /** The id in `/v1`, or the local part of the logical id; `unknown` where none can be read. */
  readonly resourceId: string
  /** `a-195900.E-1`, where the event names the record as FHIR does. */
  readonly logicalId: string | undefined
  readonly patientId: PatientId | undefined
  readonly departmentId: DepartmentId | undefined
  readonly subscriptionId: string | undefined
  /** When it was committed at the vendor's; may be later than the time of sending, their clocks do not agree. */
  readonly occurredAt: DateTime.Utc | undefined
  /** Why it is kept and not called back; `undefined`: it is work. */
  readonly keptBecause: KeptBecause | undefined
}

/** Signed by the vendor, and yet no notification. To be answered 400. What is nested beyond all reason counts as no JSON. */
export interface Refused {
  readonly _tag: "Refused"
  readonly reason: "not-json" | "not-a-bundle"
}

/** Events, each once, in the order in which they are told; `unread` more are told of and could not be read. */
export interface Events {
  readonly _tag: "Events"
  readonly events: Arr.NonEmptyReadonlyArray<EventNotification>
  readonly unread: number
}

/** Nothing happened. To be acknowledged; there is nothing to do. */
export interface NoEvents {
  readonly _tag: "NoEvents"
  /** The type that FHIR's standard names, `empty` where it says that there are events and has none, or `other`. */
  readonly kind: "handshake" | "heartbeat" | "query-status" | "query-event" | "empty" | "other"
}

/** A Bundle in which no event can be read. To be acknowledged and kept: sent again, it would be no better. */
export interface Unreadable {
  readonly _tag: "Unreadable"
  /**
   * - `no-status`: entries, but none that says what it is about
   * - `no-event`: events are told of that are not there, or have no id
   * - `events`: events with ids, but of no practice
   */
  readonly reason: "no-status" | "no-event" | "events"
}

export type NotificationReading = Refused | Events | NoEvents | Unreadable
