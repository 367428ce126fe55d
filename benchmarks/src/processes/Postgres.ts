/**
 * The embedded PostgreSQL, durable as in production, in a folder of its own that goes with the run.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import * as Database from "@athena-engine/database/Database"
import * as EmbeddedPostgres from "@athena-engine/database/embedded/EmbeddedPostgres"
import { urlOf } from "@athena-engine/database/embedded/EmbeddedServer"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import * as Migrations from "@athena-engine/database/migrations/Migrations"
import { syncMigrations } from "@athena-engine/sync/migrations/SyncMigrations"
import { Context, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

const make = Effect.gen(function* () {
  const dataDir = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(Path.join(tmpdir(), "athena-bench-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const server = yield* EmbeddedPostgres.use({ dataDir })
  let databases = 0

  const on = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) =>
    Effect.provide(effect, Database.layer({ _tag: "Url", url: Redacted.make(urlOf(server, name)) }))

  return Postgres.of({
    freshDatabase: Effect.gen(function* () {
      const name = `bench_${++databases}`
      yield* on(
        "postgres",
        Effect.flatMap(SqlClient, (sql) => sql.unsafe(`create database ${name}`))
      )
      yield* on(name, Migrations.run([metaMigrations, auditMigrations, syncMigrations]))
      return urlOf(server, name)
    }).pipe(Effect.orDie),
    // Else the first of two runs would leave its dirty pages to the second.
    settle: on(
      "postgres",
      Effect.flatMap(SqlClient, (sql) => sql`checkpoint`)
    ).pipe(Effect.asVoid, Effect.orDie)
  })
})

export class Postgres extends Context.Service<
  Postgres,
  {
    /** The URL of a new database with every migration. */
    readonly freshDatabase: Effect.Effect<string>
    /** Writes out what earlier runs left in memory. */
    readonly settle: Effect.Effect<void>
  }
>()("benchmarks/processes/Postgres") {
  static readonly layer = Layer.effect(Postgres, make)
}
