/**
 * A fresh, migrated PostgreSQL database for a test.
 *
 * ```ts
 * it.layer(TestDatabase.layer([metaMigrations, auditMigrations]))("AuditTrail", (it) => {
 *   it.effect("keeps what was written", () => Effect.gen(function* () {
 *     const sql = yield* SqlClient
 *     …
 * ```
 *
 * Every layer is a database of its own, copied from a template that is migrated once per test process, and dropped at the
 * end. The server behind it is shared by all tests of the checkout and ends with them.
 */
import { createHash, randomBytes } from "node:crypto"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { Clock, Context, Effect, Layer } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { type Server, urlOf } from "../embedded/EmbeddedServer.ts"
import * as ServerProcess from "../embedded/ServerProcess.ts"
import { type MigrationSet, run } from "../migrations/Migrations.ts"
import { withBoundedControls } from "../outages/withBoundedControls.ts"
import * as TestCluster from "./TestCluster.ts"

/** The test's own database, for tests that start other programs. */
export class TestDatabase extends Context.Service<
  TestDatabase,
  {
    /** For `DATABASE_URL` and psql. */
    readonly url: string
    readonly name: string
  }
>()("database/testing/TestDatabase") {
  /**
   * A fresh database with these sets migrated, in this order; an empty one without. Costs about 0.15 s after the first.
   * Works under `TestClock`. Whatever goes wrong is a defect.
   */
  static readonly layer = (
    sets: ReadonlyArray<MigrationSet> = []
  ): Layer.Layer<TestDatabase | PgClient.PgClient | SqlClient> =>
    Layer.effectContext(Effect.orDie(underRealClock(make(sets)))).pipe(Layer.provide(Reactivity.layer))
}

/** Waiting for a server takes real time, also in a test whose clock stands still. */
const underRealClock = Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())

const make = Effect.fnUntraced(function* (sets: ReadonlyArray<MigrationSet>) {
  const server = yield* TestCluster.join()
  const template = yield* templateFor(server, sets)
  const name = `test_${process.pid}_${randomBytes(6).toString("hex")}`
  yield* Effect.acquireRelease(administrate(server, `create database "${name}" template "${template}"`), () =>
    Effect.ignore(underRealClock(administrate(server, `drop database if exists "${name}" with (force)`)))
  )
  const client = yield* connect(server, name)
  return Context.make(TestDatabase, { url: urlOf(server, name), name }).pipe(
    Context.add(PgClient.PgClient, client),
    Context.add(SqlClient, client)
  )
})

const connect = (server: Server, database: string) =>
  PgClient.make({
    ...ServerProcess.connectionTo(server.socketFolder),
    database,
    maxConnections: 10,
    startupParameters: { timezone: "UTC" }
  }).pipe(Effect.map(withBoundedControls))

const administrate = (server: Server, ...statements: ReadonlyArray<string>): Effect.Effect<void, SqlError> =>
  Effect.scoped(
    Effect.flatMap(PgConnection.make(ServerProcess.connectionTo(server.socketFolder)), (connection) =>
      Effect.forEach(statements, (statement) => connection.query(statement), { discard: true })
    )
  )

/** Per process: in a watching test runner, a new process has new migrations under the same names. */
const templateFor = Effect.fnUntraced(function* (server: Server, sets: ReadonlyArray<MigrationSet>) {
  if (sets.length === 0) return "template1"
  const keys = sets.map(({ schema, migrations }) => [schema, ...Object.keys(migrations)])
  const digest = createHash("sha256").update(JSON.stringify(keys)).digest("hex").slice(0, 12)
  const name = `template_${process.pid}_${digest}`
  yield* Effect.scoped(
    Effect.gen(function* () {
      const admin = yield* PgConnection.make(ServerProcess.connectionTo(server.socketFolder))
      yield* admin.query("select pg_advisory_lock(hashtext($1))", [name])
      const existing = yield* admin.query("select 1 from pg_database where datname = $1", [name])
      if (existing.rowCount > 0) return
      const draft = `${name}_draft`
      yield* admin.query(`drop database if exists "${draft}" with (force)`)
      yield* admin.query(`create database "${draft}"`)
      yield* migrate(server, draft, sets)
      yield* renameWhenFree(admin, draft, name)
    })
  )
  return name
})

const migrate = (server: Server, database: string, sets: ReadonlyArray<MigrationSet>) =>
  Effect.scoped(
    Effect.flatMap(connect(server, database), (client) => Effect.provideService(run(sets), SqlClient, client))
  )

/** The server notices a closed connection a moment later, and renames no database that is in use. */
const renameWhenFree = (admin: PgConnection.PgConnection, from: string, to: string) =>
  admin
    .query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [from])
    .pipe(Effect.andThen(admin.query(`alter database "${from}" rename to "${to}"`)), Effect.retry({ times: 50 }))
