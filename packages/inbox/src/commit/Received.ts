/**
 * What is committed of a notification: ids, and nothing else of what it said.
 */
import type { EventNotification, KeptBecause as Told } from "@athena-engine/athena-core/events/EventNotification"

/** Why an event is kept and no record is read for it; `no-resource`: nobody here wants to know more of records of its type. */
export type KeptBecause = Told | "no-resource"

export type ReceivedEvent = Omit<EventNotification, "keptBecause"> & { readonly keptBecause: KeptBecause | undefined }

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
