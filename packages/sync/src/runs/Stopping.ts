/**
 * Whether the program is about to stop: a run then begins no window more, comes to the end of those that it has begun, which are
 * committed, and ends as if it had been interrupted there.
 */
import { Context, Effect } from "effect"

/** By default nobody stops a run this way. */
export const Stopping = Context.Reference<() => boolean>("sync/runs/Stopping", { defaultValue: () => () => false })

const isStopping = Effect.map(Stopping, (isSo) => isSo())

/** Does the window, or leaves it out if the program is about to stop. */
export const unlessStopping = <E, R>(window: Effect.Effect<unknown, E, R>): Effect.Effect<void, E, R> =>
  Effect.flatMap(isStopping, (isSo) => (isSo ? Effect.void : Effect.asVoid(window)))

/** After the windows: ends the run if any may have been left out. */
export const endIfStopping: Effect.Effect<void> = Effect.flatMap(isStopping, (isSo) =>
  isSo ? Effect.interrupt : Effect.void
)
