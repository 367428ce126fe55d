import type { EventRecord } from "./EventRecord.ts"
import type { NotificationType } from "./renderNotification.ts"

/**
 * - `gathering`: later events may still come along
 * - `waiting`: to be sent, for the first time or again
 * - `sending`: on its way
 * - `delivered`: acknowledged
 * - `dead`: given up after an hour; kept for seven days, to be sent again on request
 * - `lost`: never sent, by a fault
 * - `dropped`: its subscription is deleted or over
 */
export const notificationStates = ["gathering", "waiting", "sending", "delivered", "dead", "lost", "dropped"] as const
export type NotificationState = (typeof notificationStates)[number]

/** How an attempt ended: the status, or why there was none. */
export type AttemptOutcome = number | "timeout" | "unreachable"

export interface Attempt {
  /** ISO 8601, UTC, by the simulated clock: when it was sent. */
  readonly at: string
  readonly outcome: AttemptOutcome
}

/** One request to a subscriber, and what became of it. */
export interface Notification {
  readonly number: number
  readonly type: NotificationType
  readonly subscriptionId: string
  readonly practiceId: string
  readonly topic: string
  readonly events: Array<EventRecord>
  /** What its attempts had to say. */
  readonly attempts: Array<Attempt>
  state: NotificationState
  /** When it is sent next, epoch milliseconds of the simulated clock. */
  dueAt: number
  /** What was first sent, and is sent again as it was; absent before. */
  sent:
    | { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>>; readonly at: number }
    | undefined
  /** Faults struck already; they strike a notification once. */
  isJudged: boolean
  /** The end of the hour in which it is tried, epoch milliseconds of the simulated clock. */
  givenUpAt: number | undefined
}

/** A notification, as it is told of. */
export interface NotificationReport {
  readonly id: string
  readonly type: NotificationType
  readonly subscriptionId: string
  readonly practiceId: string
  readonly topic: string
  readonly eventIds: ReadonlyArray<string>
  readonly state: NotificationState
  readonly attempts: ReadonlyArray<Attempt>
  /** ISO 8601, UTC; while it is to be sent. */
  readonly nextAttemptAt: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  /** As it was sent. */
  readonly body: string | undefined
}
