import { shareJob } from "@athena-engine/sync/jobs/shareJob"
import type { SyncResult } from "@athena-engine/sync/runs/SyncResult"
import { Array as Arr, Effect } from "effect"
import { practicesAtOnce, type Through } from "./runSync.ts"

/** Each practice once, among the copies of the command that were asked for the same and run on the same database. */
export const sharedAmongCopies =
  (name: string, scope: string): Through<SyncResult> =>
  (options, practices, part) =>
    shareJob({ name, scope, ...options }, practices, practicesAtOnce, (practiceId) =>
      Effect.map(part({ ...options, practiceId }), (results): ReadonlyArray<SyncResult> => Arr.ensure(results))
    )
