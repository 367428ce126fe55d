/**
 * Runs the migrations of all packages.
 *
 * Each package exports one `MigrationSet`: its schema and its numbered migrations. `run` takes all of them:
 *
 * 1. One query reads every schema's migrations table. Nothing to do → done.
 * 2. Otherwise one transaction takes one advisory lock, makes missing schemas and brings set after set up to date. It
 *    commits whole or not at all; a second process waits for the lock and then finds nothing to do.
 *
 * A database that holds a migration this program does not know was migrated by a newer program, and is refused.
 */
import { Array as Arr, Effect, Option } from "effect"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { type DatabaseError, fromSqlError, mapSqlError, serverFields } from "../errors/DatabaseError.ts"
import { DatabaseIsNewer, MigrationFailed } from "./MigrationErrors.ts"
import { type MigrationSet, stepsOf, validate } from "./MigrationSet.ts"

export type { MigrationSet }

/** What `run` can fail with. */
export type MigrationError = DatabaseIsNewer | MigrationFailed | DatabaseError

/** A migration that was run. */
export interface Applied {
  readonly schema: string
  readonly id: number
  readonly name: string
}

// The bytes "athenmig": every process that migrates waits on this one key.
const lockKey = "7022352503831095655"

/**
 * Brings all sets up to date, in the order given, and answers what was run: nothing on a database that is up to date,
 * which costs one query. Safe in any number of processes at once. Call it outside a transaction.
 */
export const run = Effect.fn("Migrations.run")(function* (
  sets: ReadonlyArray<MigrationSet>
): Effect.fn.Return<ReadonlyArray<Applied>, MigrationError, SqlClient> {
  yield* Effect.forEach(sets, validate, { discard: true })
  const done = yield* applied(sets)
  if (Option.isSome(done) && !(yield* hasPending(sets, done.value))) return []
  return yield* runLocked(sets)
})

/** The migrations that `run` would run, without running them; for `doctor` and a server's readiness. */
export const pending = Effect.fn("Migrations.pending")(function* (
  sets: ReadonlyArray<MigrationSet>
): Effect.fn.Return<ReadonlyArray<Applied>, DatabaseIsNewer | MigrationFailed | DatabaseError, SqlClient> {
  const result: Array<Applied> = []
  for (const set of sets) {
    yield* validate(set)
    const done = Option.getOrElse(yield* applied([set]), () => [])
    yield* hasPending([set], done)
    const ids = new Set(done.map(({ id }) => id))
    result.push(
      ...stepsOf(set)
        .filter(({ id }) => !ids.has(id))
        .map((step) => ({ schema: set.schema, ...step }))
    )
  }
  return result
})

/** Every set's recorded migrations in one query; none when a table is missing. */
const applied = (
  sets: ReadonlyArray<MigrationSet>
): Effect.Effect<Option.Option<ReadonlyArray<Applied>>, DatabaseError, SqlClient> =>
  Effect.flatMap(SqlClient, (sql) =>
    sql
      .unsafe<{ readonly schema: string; readonly id: number; readonly name: string }>(
        // Schema names are checked by `validate`.
        sets
          .map(({ schema }) => `select '${schema}' as schema, migration_id as id, name from "${schema}".migrations`)
          .join(" union all ")
      )
      .withoutTransform.pipe(
        Effect.map((rows) => Option.some<ReadonlyArray<Applied>>(rows)),
        Effect.catch((error) =>
          // 42P01 undefined table, 3F000 undefined schema.
          ["42P01", "3F000"].includes(serverFields(error).code ?? "")
            ? Effect.succeedNone
            : Effect.fail(fromSqlError("migrations.read", error))
        )
      )
  ).pipe((effect) => (sets.length === 0 ? Effect.succeedSome([]) : effect))

const hasPending = Effect.fnUntraced(function* (
  sets: ReadonlyArray<MigrationSet>,
  done: ReadonlyArray<Applied>
): Effect.fn.Return<boolean, DatabaseIsNewer | MigrationFailed> {
  let isPending = false
  for (const set of sets) {
    const known = new Map(stepsOf(set).map(({ id, name }) => [id, name]))
    const recorded = done.filter(({ schema }) => schema === set.schema)
    const unknown = recorded.find(({ id, name }) => known.get(id) !== name)
    if (unknown !== undefined) {
      return yield* new DatabaseIsNewer({
        schema: set.schema,
        found: `${String(unknown.id).padStart(4, "0")}_${unknown.name}`,
        known: Math.max(0, ...known.keys())
      })
    }
    const latest = Math.max(0, ...recorded.map(({ id }) => id))
    for (const [id, name] of known) {
      if (recorded.some((one) => one.id === id)) continue
      if (id < latest) {
        // The migrator only runs what is newer than the newest, and would leave this one out for ever.
        return yield* new MigrationFailed({
          schema: set.schema,
          problem: `${id}_${name} was never run, though later ones were`
        })
      }
      isPending = true
    }
  }
  return isPending
})

const runLocked = Effect.fnUntraced(function* (
  sets: ReadonlyArray<MigrationSet>
): Effect.fn.Return<ReadonlyArray<Applied>, MigrationError, SqlClient> {
  const sql = yield* SqlClient
  return yield* sql
    .withTransaction(
      Effect.gen(function* () {
        // Waiting for another process and building an index may both take long.
        yield* sql`set local statement_timeout = 0`
        yield* sql`set local idle_in_transaction_session_timeout = 0`
        yield* sql`select pg_advisory_xact_lock(${lockKey}::bigint)`
        const result: Array<Applied> = []
        for (const set of sets) result.push(...(yield* runSet(sql, set)))
        return result
      })
    )
    .pipe(mapSqlError("migrations.run"))
})

const runSet = Effect.fnUntraced(function* (
  sql: SqlClient,
  set: MigrationSet
): Effect.fn.Return<ReadonlyArray<Applied>, MigrationError | SqlError, SqlClient> {
  const { schema } = set
  const [found] = yield* sql<{ readonly schema: boolean; readonly table: boolean }>`
    select to_regnamespace(${schema}) is not null as schema, to_regclass(${`${schema}.migrations`}) is not null as table`
  if (found?.schema !== true) yield* sql`create schema ${sql(schema)}`
  if (found?.table === true) {
    // Read again now that we hold the lock.
    const done = Option.getOrElse(yield* applied([set]), () => [])
    if (!(yield* hasPending([set], done))) return []
  }
  const ran = yield* migrate({
    table: `${schema}.migrations`,
    loader: Migrator.fromRecord({ ...set.migrations })
  }).pipe(
    Effect.catchTag("MigrationError", (error) => {
      const { code } = isSqlError(error.cause) ? serverFields(error.cause) : {}
      return Effect.fail(
        // The migrator's messages hold the migration's name and nothing of the database's answer.
        new MigrationFailed({ schema, problem: error.message, ...(code === undefined ? {} : { sqlState: code }) })
      )
    })
  )
  return Arr.map(ran, ([id, name]) => ({ schema, id, name }))
})

/** `PgMigrator` less the schema dump, which would ask for `pg_dump` and Node's services. */
const migrate = Migrator.make({})
