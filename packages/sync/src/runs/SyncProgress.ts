import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Context, Effect } from "effect"
import type { RunResource } from "./SyncResult.ts"

/** How far a run is. */
export interface ProgressReport {
  readonly practiceId: PracticeId
  readonly resource: RunResource
  readonly windowsDone: number
  readonly windows: number
  readonly fetched: number
}

/** Told before the first window and after every committed one; by default nobody listens. It must not fail and not wait. */
export const SyncProgress = Context.Reference<(report: ProgressReport) => Effect.Effect<void>>(
  "sync/runs/SyncProgress",
  { defaultValue: () => () => Effect.void }
)
