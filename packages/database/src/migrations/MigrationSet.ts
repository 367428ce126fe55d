import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** The migrations of one schema, as a package exports them. */
export interface MigrationSet {
  /** PostgreSQL schema, lower case: `athena`, `audit` … Its migrations table is `<schema>.migrations`. */
  readonly schema: string
  /** By name `<number>_<what>`, such as `0001_appointments`. Never changed once released; only added to. */
  readonly migrations: Readonly<Record<string, Effect.Effect<unknown, SqlError, SqlClient>>>
}

/** Number and name of a migration. */
export interface Step {
  readonly id: number
  readonly name: string
}

/** The migrations of a set in their order. */
export const stepsOf = (set: MigrationSet): ReadonlyArray<Step> =>
  Object.keys(set.migrations)
    .map((key) => ({ id: Number.parseInt(key, 10), name: key.slice(key.indexOf("_") + 1) }))
    .toSorted((a, b) => a.id - b.id)

/** Dies on a set whose names are not as they must be: that is a mistake in a program. */
export const validate = (set: MigrationSet): Effect.Effect<void> => {
  const names = Object.keys(set.migrations)
  const ids = new Set(stepsOf(set).map(({ id }) => id))
  return /^[a-z][a-z0-9_]*$/.test(set.schema) && names.every((n) => /^\d+_\w+$/.test(n)) && ids.size === names.length
    ? Effect.void
    : Effect.die(new Error(`The migrations of schema ${set.schema} are not named <number>_<what>, each number once`))
}
