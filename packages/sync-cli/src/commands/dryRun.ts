/** What a sync command would do: read from the database alone. */
import { budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { programSettings } from "@athena-engine/program/configuration/settings"
import { database } from "@athena-engine/program/services/database"
import type { Plan } from "@athena-engine/sync/plan/Plan"
import { Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { observability } from "../output/observability.ts"
import { forecast, printPlan } from "../output/planReport.ts"
import { practicesOf, type SyncFlags } from "./runSync.ts"

/** Prints what `command` would do, practice by practice. */
export const dryRun = Effect.fnUntraced(function* (
  command: string,
  flags: SyncFlags,
  planOf: (practiceId: PracticeId) => Effect.Effect<Plan, DatabaseError, SqlClient>
) {
  const settings = yield* programSettings
  const practices = yield* practicesOf(command, flags, settings)
  const plans = yield* Effect.forEach(practices, planOf).pipe(
    Effect.provide(Layer.provideMerge(database(settings, "read"), observability(settings)))
  )
  const { environment } = settings
  return yield* printPlan({ command, environment, plans: forecast(plans, budgetOf(settings)) }, flags.json)
})
