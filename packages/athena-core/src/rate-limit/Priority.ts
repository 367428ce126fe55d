/**
 * What a request is for, and so who goes first where requests wait for the same budget: whoever waits for an answer now,
 * then what an event has changed, then what a backfill or a nightly job asks. The lower two are never starved: see `Turns`.
 *
 * ```ts
 * const reconcile = Priority.sync(readEveryPatient)
 * ```
 */
import { Context, Effect } from "effect"

export const priorities = ["interactive", "events", "sync"] as const
export type Priority = (typeof priorities)[number]

/** The priority of the calls made now. Whoever says nothing is taken for someone who waits. */
export const CurrentPriority = Context.Reference<Priority>("athena-core/rate-limit/CurrentPriority", {
  defaultValue: () => "interactive"
})

/** The more urgent of the two. */
export const moreUrgent = (one: Priority, other: Priority | undefined): Priority =>
  other !== undefined && priorities.indexOf(other) < priorities.indexOf(one) ? other : one

/**
 * How urgent it is that the request in the door gets on, for a store between processes: as urgent as the most urgent of those
 * who wait behind it. Asked again whenever it matters, since others may have come.
 */
export const CurrentUrgency = Context.Reference<() => Priority>("athena-core/rate-limit/CurrentUrgency", {
  defaultValue: () => () => "interactive"
})

/** Calls made by the effect have this priority. */
export const as =
  (priority: Priority) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, CurrentPriority, priority)

/** Somebody waits for the answer. */
export const interactive = as("interactive")

/** The vendor told that something changed. */
export const events = as("events")

/** It can wait: reconciliation, nightly jobs. */
export const sync = as("sync")

/** Whether the calls made now, where they are a sync's, belong to work of days. */
export const CurrentIsBackfill = Context.Reference<boolean>("athena-core/rate-limit/CurrentIsBackfill", {
  defaultValue: () => false
})

/** It can wait for days: years of appointments. A sync that leaves half of what syncs may use of a day to the other ones. */
export const backfill = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  sync(Effect.provideService(effect, CurrentIsBackfill, true))

/** Who uses the day's quota: the priorities, and a backfill, which waits in line as a sync does. */
export type QuotaUser = Priority | "backfill"

/** For whom a call made now would use the day's quota. */
export const currentQuotaUser: Effect.Effect<QuotaUser> = Effect.gen(function* () {
  const priority = yield* CurrentPriority
  return priority === "sync" && (yield* CurrentIsBackfill) ? "backfill" : priority
})
