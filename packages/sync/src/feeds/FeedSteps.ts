import { Context, Effect } from "effect"

/** The effects of reading a feed, in the order in which a run comes by them. */
export type FeedStep =
  | "read the subscription"
  | "write down what will be subscribed"
  | "subscribe"
  | "write down that it was asked for"
  | "write down that it is active"
  | "set the marker"
  | "take changes"
  | "store changes"
  | "take the marker back"
  | "owe a replay"
  | "replay"
  | "store replayed changes"
  | "settle the replay"
  | "read a disputed record"
  | "settle a dispute"
  | "read what lies outside"
  | "store what lies outside"
  | "sweep"
  | "close the sweep"

/** Told before and after every effect; by default nobody listens. For tests that end a run at each of them. */
export const FeedSteps = Context.Reference<(step: FeedStep, side: "before" | "after") => Effect.Effect<void>>(
  "sync/feeds/FeedSteps",
  { defaultValue: () => () => Effect.void }
)

/** Marks an effect as one of the steps. */
export const step =
  (name: FeedStep) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(FeedSteps, (tell) =>
      tell(name, "before").pipe(
        Effect.andThen(effect),
        Effect.tap(() => tell(name, "after"))
      )
    )
