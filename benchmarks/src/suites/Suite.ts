import type { Effect, Option, Scope } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { Postgres } from "../processes/Postgres.ts"
import type { Report } from "../report/Report.ts"

/** What a user may choose. */
export interface SuiteOptions {
  /** Appointments that are synced; each suite has its own default. */
  readonly rows: Option.Option<number>
}

/** One benchmark. Whatever stops it is a failure of the whole run. */
export type Suite = (
  options: SuiteOptions
) => Effect.Effect<Report, Error, ChildProcessSpawner.ChildProcessSpawner | Postgres | Scope.Scope>
