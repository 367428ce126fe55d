/** What a sync command would do: read from the database alone. */

import { credentialsOf } from "@athena-engine/athena-core/credentials/PracticeCredentials"
import { budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import { appOf } from "@athena-engine/athena-core/environment/Connection"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { readBudgets } from "@athena-engine/coordination/status/readBudgets"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { type ProgramSettings, programSettings } from "@athena-engine/program/configuration/settings"
import { database } from "@athena-engine/program/services/database"
import type { Plan } from "@athena-engine/sync/plan/Plan"
import { Array as Arr, Effect, Layer, Option } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { observability } from "../output/observability.ts"
import { forecast, printPlan, totalOf } from "../output/planReport.ts"
import { practicesOf, type SyncFlags } from "./runSync.ts"

/** The app that all of the practices are called as, by which its quota is known; none if they are called as several. */
const appOfAll = (
  { credentials, origin }: ProgramSettings,
  practices: ReadonlyArray<PracticeId>
): string | undefined => {
  const apps = practices.map((practiceId) =>
    Option.match(Option.all([origin, credentialsOf(credentials, practiceId)]), {
      onNone: () => undefined,
      onSome: ([to, as]) => appOf({ origin: to, credentials: as })
    })
  )
  return new Set(apps).size === 1 ? apps[0] : undefined
}

/** Prints what `command` would do, practice by practice. */
export const dryRun = Effect.fnUntraced(function* (
  command: string,
  flags: SyncFlags,
  planOf: (practiceId: PracticeId) => Effect.Effect<Plan | ReadonlyArray<Plan>, DatabaseError, SqlClient>
) {
  const settings = yield* programSettings
  const practices = yield* practicesOf(command, flags, settings)
  const [planned, { quotas }] = yield* Effect.all([Effect.forEach(practices, planOf), readBudgets]).pipe(
    Effect.provide(Layer.provideMerge(database(settings, "read"), observability(settings)))
  )
  const plans = planned.flatMap(Arr.ensure)
  const configured = budgetOf(settings)
  const told = quotas.find(({ app }) => app === appOfAll(settings, practices))
  const budget = told === undefined ? configured : { dailyQuota: told.limit, ...configured }
  const { environment } = settings
  return yield* printPlan(
    { command, environment, plans: forecast(plans, budget), total: totalOf(plans, budget, told?.remaining ?? null) },
    flags.json
  )
})
