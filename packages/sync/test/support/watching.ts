/** Runs something as soon as a run has committed so many windows; the run does not wait for it. */
import { Deferred, Effect } from "effect"
import { SyncProgress } from "../../src/runs/SyncProgress.ts"

/** `reached` succeeds when `windows` are done. Give `listener` to the run. */
export const windowsDone = (windows: number) =>
  Effect.map(Deferred.make<void>(), (reached) => ({
    reached: Deferred.await(reached),
    listener: Effect.provideService(SyncProgress, (report) =>
      report.windowsDone >= windows ? Effect.asVoid(Deferred.succeed(reached, undefined)) : Effect.void
    )
  }))
