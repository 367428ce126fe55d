/** The rights that docs/production.md gives to the program's role are enough for its work, and not for more. */
import { randomBytes } from "node:crypto"
import * as AthenaClient from "@athena-engine/athena-core/AthenaClient"
import { defaultScope } from "@athena-engine/athena-core/environment/Connection"
import { simulatorCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import * as Verify from "@athena-engine/audit/verify/Verify"
import * as Coordination from "@athena-engine/coordination/Coordination"
import { coordinationMigrations } from "@athena-engine/coordination/migrations/CoordinationMigrations"
import * as Database from "@athena-engine/database/Database"
import * as EnvironmentStamp from "@athena-engine/database/environment/EnvironmentStamp"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import * as Migrations from "@athena-engine/database/migrations/Migrations"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { inboxMigrations } from "@athena-engine/inbox/migrations/InboxMigrations"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { syncAppointments } from "@athena-engine/sync/appointments/SyncAppointments"
import { syncMigrations } from "@athena-engine/sync/migrations/SyncMigrations"
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Option, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { codeBlocks, pages } from "./pages/markdown.ts"

const migrations = [metaMigrations, auditMigrations, syncMigrations, coordinationMigrations, inboxMigrations]

const [rights] = pages
  .filter(({ path }) => path === "docs/production.md")
  .flatMap(codeBlocks)
  .filter(({ language }) => language === "sql")

const oneByOne = Effect.fnUntraced(function* (statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  yield* Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
})

/** A role of the server with the page's rights in the test's database. */
const role = Effect.gen(function* () {
  const name = `engine_${randomBytes(6).toString("hex")}`
  yield* Effect.acquireRelease(oneByOne([`create role ${name} login`]), () =>
    Effect.ignore(oneByOne([`drop owned by ${name}`, `drop role ${name}`]))
  )
  const statements = (rights?.code ?? "").split(";").filter((statement) => statement.trim() !== "")
  yield* oneByOne(statements.map((statement) => statement.replace(/\b(to|from) engine$/, `$1 ${name}`)))
  return name
})

const client = AthenaClient.layerShared({
  connection: {
    environment: "simulator",
    origin: SimulatorHttpClient.origin,
    credentials: simulatorCredentials,
    scope: defaultScope
  },
  budget: {
    requestsPerSecond: 100,
    appRequestsPerSecond: 100,
    startRequestsPerSecond: 100,
    maxConcurrency: 8,
    maxWait: Duration.seconds(60)
  }
}).pipe(Layer.provide(Coordination.layer({ keyring: Option.none() })), Layer.provide(SimulatorTest.layerMemory()))

/** Everything that the program has, on a database it does not own. */
const program = (url: string) =>
  Layer.mergeAll(client, AuditTrailSql.layer({ environment: "simulator" }), Leases.layer, Logger.layer([])).pipe(
    Layer.provideMerge(Database.layer({ _tag: "Url", url: Redacted.make(url) }))
  )

it.live("the program's role can migrate nothing, stamp, sync and verify, and take nothing out of the trail", () =>
  Effect.gen(function* () {
    const { url } = yield* TestDatabase
    const asRole = url.replace(/user=\w+/, `user=${yield* role}`)
    yield* Effect.gen(function* () {
      assert.deepStrictEqual(yield* Migrations.run(migrations), [])
      yield* EnvironmentStamp.ensure("simulator")
      const day = LocalDate.make("2019-06-03")
      const result = yield* syncAppointments({
        runId: RunId.make("00000000-0000-4000-8000-000000000001"),
        practiceId: PracticeId.make("195900"),
        from: day,
        to: day,
        holder: "a test"
      })
      assert.deepStrictEqual([result.status, result.error], ["complete", undefined])
      assert.strictEqual((yield* Verify.run()).status, "verified")

      const sql = yield* SqlClient
      for (const statement of [
        "delete from audit.entries",
        "update audit.entries set sequence = 0",
        "truncate audit.subject_sets",
        "alter table audit.entries disable trigger all",
        "delete from athena.migrations"
      ]) {
        assert.strictEqual((yield* Effect.flip(sql.unsafe(statement)))._tag, "SqlError", statement)
      }
    }).pipe(Effect.provide(program(asRole)))
  }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer(migrations)))
)
