import { PgClient } from "@effect/sql-pg"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { auditMigrations } from "../../src/store/migrations/AuditMigrations.ts"

const connect = (database: string) =>
  PgClient.layer({ path: "/tmp/auditpg/.s.PGSQL.5432", username: "postgres", database })

const fresh = Effect.gen(function* () {
  const name = `audit_${crypto.randomUUID().replaceAll("-", "")}`
  yield* Effect.provide(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(`create database ${name}`)),
    connect("postgres")
  )
  return Layer.effectDiscard(auditMigrations.migrations["0001_audit_trail"]).pipe(Layer.provideMerge(connect(name)))
})

export const layer = Layer.unwrap(fresh)
