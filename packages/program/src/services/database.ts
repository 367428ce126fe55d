/**
 * The database of a command: connected, migrated, and of the right environment.
 */
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import { coordinationMigrations } from "@athena-engine/coordination/migrations/CoordinationMigrations"
import * as Database from "@athena-engine/database/Database"
import * as EnvironmentStamp from "@athena-engine/database/environment/EnvironmentStamp"
import type { DatabaseUnavailable } from "@athena-engine/database/errors/DatabaseUnavailable"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import * as Migrations from "@athena-engine/database/migrations/Migrations"
import { inboxMigrations } from "@athena-engine/inbox/migrations/InboxMigrations"
import { syncMigrations } from "@athena-engine/sync/migrations/SyncMigrations"
import type * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Layer, Schema } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { type DatabaseSettings, databaseOptions, databasePlace, ignoresDatabaseUrl } from "../configuration/settings.ts"

/** The migrations of all packages, in their order. */
export const migrations = [metaMigrations, auditMigrations, syncMigrations, coordinationMigrations, inboxMigrations]

/** What a command does with the database: reads it, brings its schema up to date, or writes to it. */
export type Access = "read" | "migrate" | "write"

/** A database by URL that is not this program's, or of an older version, and a command that only reads. Nothing was changed. */
export class DatabaseNotMigrated extends Schema.TaggedError<DatabaseNotMigrated>()("DatabaseNotMigrated", {
  where: Schema.String,
  /** Migrations that it lacks. */
  pending: Schema.Int
}) {
  override get message() {
    return `${this.where} lacks ${this.pending} migrations of this program. Run athena-sync migrate, or correct DATABASE_URL.`
  }
}

/**
 * Refuses a database of another environment before anything is changed, then migrates it on demand, and stamps it for
 * `write`. Answers the migrations that were run. A database by URL is not migrated by a command that only reads.
 */
export const prepare = Effect.fnUntraced(function* (settings: DatabaseSettings, access: Access) {
  if (ignoresDatabaseUrl(settings)) {
    yield* Effect.logWarning(
      "DATABASE_URL is set but ATHENA_ENVIRONMENT is not: synthetic people go into the embedded database instead. " +
        "Set ATHENA_ENVIRONMENT=simulator to use DATABASE_URL with them"
    )
  }
  yield* EnvironmentStamp.check(settings.environment)
  const options = databaseOptions(settings)
  if (access === "read" && options._tag === "Url") {
    const pending = yield* Migrations.pending(migrations)
    return pending.length === 0
      ? []
      : yield* new DatabaseNotMigrated({ where: capitalised(databasePlace(options)), pending: pending.length })
  }
  const applied = yield* Migrations.run(migrations)
  if (access === "write") yield* EnvironmentStamp.ensure(settings.environment)
  return applied
})

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** What a program does with its database. */
export type DatabaseServices = PgClient.PgClient | SqlClient | Leases

export type PreparationError = DatabaseNotMigrated | EnvironmentStamp.EnvironmentMismatch | Migrations.MigrationError

/** The database that the settings name, prepared for `access`. */
export const database = (
  settings: DatabaseSettings,
  access: Access
): Layer.Layer<DatabaseServices, PreparationError | DatabaseUnavailable> =>
  Layer.effectDiscard(prepare(settings, access)).pipe(
    Layer.merge(Leases.layer),
    Layer.provideMerge(Database.layer(databaseOptions(settings)))
  )
