/**
 * The database of a command: connected, migrated, and of the right environment.
 */
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import * as Database from "@athena-engine/database/Database"
import * as EnvironmentStamp from "@athena-engine/database/environment/EnvironmentStamp"
import { Leases } from "@athena-engine/database/locks/Leases"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import * as Migrations from "@athena-engine/database/migrations/Migrations"
import { syncMigrations } from "@athena-engine/sync/migrations/SyncMigrations"
import { Effect, Layer } from "effect"
import { type DatabaseSettings, databaseOptions, ignoresDatabaseUrl } from "../configuration/settings.ts"

/** The migrations of all packages, in their order. */
export const migrations = [metaMigrations, auditMigrations, syncMigrations]

/** Migrates on demand, and refuses a database of another environment before anything is written to it. */
const prepare = (settings: DatabaseSettings, access: "read" | "write") =>
  Effect.gen(function* () {
    if (ignoresDatabaseUrl(settings)) {
      yield* Effect.logWarning(
        "DATABASE_URL is set but ATHENA_ENVIRONMENT is not: synthetic people go into the embedded database instead. " +
          "Set ATHENA_ENVIRONMENT=simulator to use DATABASE_URL with them"
      )
    }
    yield* Migrations.run(migrations)
    yield* access === "write"
      ? EnvironmentStamp.ensure(settings.environment)
      : EnvironmentStamp.check(settings.environment)
  })

/** `write` stamps an unstamped database with the environment; `read` only refuses another's. */
export const database = (settings: DatabaseSettings, access: "read" | "write") =>
  Layer.effectDiscard(prepare(settings, access)).pipe(
    Layer.merge(Leases.layer),
    Layer.provideMerge(Database.layer(databaseOptions(settings)))
  )
