/**
 * The checks of the database. All of them only read: nothing is migrated, stamped or made, and a data folder that is not
 * there yet stays away. An embedded server that stands still is started for them, as for any command that reads.
 */
import { statfs } from "node:fs/promises"
import * as Verify from "@athena-engine/audit/verify/Verify"
import * as Database from "@athena-engine/database/Database"
import * as EmbeddedPostgres from "@athena-engine/database/embedded/EmbeddedPostgres"
import * as EnvironmentStamp from "@athena-engine/database/environment/EnvironmentStamp"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { DatabaseUnavailable } from "@athena-engine/database/errors/DatabaseUnavailable"
import * as Migrations from "@athena-engine/database/migrations/Migrations"
import {
  type DatabaseSettings,
  databaseOptions,
  databasePlace,
  ignoresDatabaseUrl
} from "@athena-engine/program/configuration/settings"
import { migrations } from "@athena-engine/program/services/database"
import { Effect, Option, Result } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Check, failed, failedBy, ok, skipped, warning } from "../output/doctorReport.ts"

const later = ["environment", "migrations", "free-space", "audit-trail"]
/** Every check of the database, as they are named. */
export const databaseCheckNames = ["database-transport", "database", ...later]

const transport = (settings: DatabaseSettings, options: Database.Options): Check => {
  const name = "database-transport"
  if (options._tag === "Embedded") {
    return ignoresDatabaseUrl(settings)
      ? warning(
          name,
          "DATABASE_URL is set but not used: synthetic people go into the embedded database",
          "Set ATHENA_ENVIRONMENT: to sandbox or production, or to simulator to use DATABASE_URL with synthetic people"
        )
      : ok(name, "The embedded database is on a private socket of this machine")
  }
  return Result.match(Database.inspectUrl(options.url), {
    onFailure: (error) => unavailable(name, error),
    onSuccess: ({ isEncrypted, isRemote, where }) => {
      if (isRemote && !isEncrypted) {
        return failed(
          name,
          `DATABASE_URL goes to ${where} over a network without TLS: patient data could be read on the way`,
          "Add sslmode=verify-full and sslrootcert to DATABASE_URL, or at least sslmode=require"
        )
      }
      return ok(name, `The way to ${where} ${isRemote ? "is encrypted" : "does not leave this machine"}`)
    }
  })
}

const unavailable = (name: string, { mend, problem }: DatabaseUnavailable): Check => failed(name, problem, mend)

/** What went wrong within a check is its finding. */
const checking = <E extends Error, R>(name: string, look: Effect.Effect<Check, E, R>): Effect.Effect<Check, never, R> =>
  Effect.catch(look, (error) =>
    Effect.succeed(failedBy(name, error, "Check the database's log and the rights of its user"))
  )

const version = checking(
  "database",
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [row] = yield* sql<{ readonly version: string; readonly isStandby: boolean }>`
      select current_setting('server_version') as version, pg_is_in_recovery() as "isStandby"`.pipe(
      mapSqlError("doctor.version")
    )
    if (row?.isStandby === true) {
      return failed(
        "database",
        "The server is a standby, which takes no writes",
        "Name the primary server in DATABASE_URL"
      )
    }
    return ok("database", `PostgreSQL ${row?.version ?? "of unknown version"} answers`)
  })
)

const environment = (settings: DatabaseSettings) =>
  checking(
    "environment",
    Effect.gen(function* () {
      yield* EnvironmentStamp.check(settings.environment)
      const stamp = yield* EnvironmentStamp.read
      return ok(
        "environment",
        Option.isSome(stamp) ? `The database holds data of ${stamp.value}` : "The database holds no data yet"
      )
    })
  )

const pendingMigrations = checking(
  "migrations",
  Effect.map(Migrations.pending(migrations), (pending) =>
    pending.length === 0
      ? ok("migrations", "The schema is up to date")
      : warning(
          "migrations",
          `The schema lacks ${pending.length} migrations of this program`,
          "Run athena-sync migrate; a sync does it by itself"
        )
  )
)

const gibibyte = 1024 ** 3
const inGibibytes = (bytes: number) => `${(bytes / gibibyte).toFixed(1)} GiB`

/** Less than this is little for a night; a tenth of it is none. */
const littleSpace = 5 * gibibyte

const freeSpace = (options: Database.Options) =>
  checking(
    "free-space",
    Effect.gen(function* () {
      const name = "free-space"
      const sql = yield* SqlClient
      const [row] = yield* sql<{ readonly bytes: number }>`
        select pg_database_size(current_database())::float8 as bytes`.pipe(mapSqlError("doctor.size"))
      const size = `The database takes ${inGibibytes(row?.bytes ?? 0)}`
      if (options._tag === "Url") {
        return skipped(name, `${size}; what is free on its server cannot be asked for: watch it there`)
      }
      const free = yield* Effect.promise(() =>
        statfs(options.dataDir).then(
          ({ bavail, bsize }) => bavail * bsize,
          () => undefined
        )
      )
      if (free === undefined) return skipped(name, `${size}; what is free on its disk cannot be read`)
      const finding = `${size}, and ${inGibibytes(free)} are free on the disk of ${options.dataDir}`
      const mend = "Make room, or move ATHENA_DATA_DIR to a greater disk while nothing runs"
      if (free < littleSpace / 10) return failed(name, finding, mend)
      return free < littleSpace ? warning(name, finding, mend) : ok(name, finding)
    })
  )

const patience = "60 seconds"

const auditTrail = checking(
  "audit-trail",
  Effect.map(Effect.timeoutOption(Verify.run(), patience), (verified) => {
    const name = "audit-trail"
    if (Option.isNone(verified)) {
      return warning(
        name,
        `The trail was not verified whole within ${patience}`,
        "Run athena-sync audit verify, which takes its time"
      )
    }
    const { events, firstBad, status } = verified.value
    if (status === "verified") return ok(name, `The trail verifies: ${events} calls`)
    const where =
      firstBad === undefined ? "" : `: entry ${firstBad.sequence} of practice ${firstBad.practiceId} (${firstBad.kind})`
    return failed(
      name,
      `The trail is broken${where}`,
      "Keep the database as it is, find out who changed it, and compare it with a backup; docs/audit-format.md tells how"
    )
  })
)

const whileConnected = Effect.fnUntraced(function* (settings: DatabaseSettings, options: Database.Options) {
  const answers = yield* version
  if (answers.status === "failed")
    return [answers, ...later.map((name) => skipped(name, "The database does not serve"))]
  const belongs = yield* environment(settings)
  const schema = yield* pendingMigrations
  const space = yield* freeSpace(options)
  const trail =
    belongs.status === "failed" || schema.status !== "ok"
      ? skipped("audit-trail", "Not looked at before the database is this environment's and migrated")
      : yield* auditTrail
  return [answers, belongs, schema, space, trail]
})

/** The checks of the database that these settings name. */
export const databaseChecks = Effect.fnUntraced(function* (settings: DatabaseSettings) {
  const options = databaseOptions(settings)
  const way = transport(settings, options)
  const connected = Effect.gen(function* () {
    if (options._tag === "Embedded") {
      const { _tag } = yield* EmbeddedPostgres.status(options.dataDir)
      if (_tag === "Absent") {
        const none = ok("database", `There is none yet in ${options.dataDir}; the first sync makes it`)
        return [none, ...later.map((name) => skipped(name, "There is no database yet"))]
      }
    }
    return yield* Effect.provide(whileConnected(settings, options), Database.layer(options))
  })
  const checks = yield* Effect.catchTag(connected, "DatabaseUnavailable", (error) =>
    Effect.succeed([
      unavailable("database", error),
      ...later.map((name) => skipped(name, `Nothing is known of ${databasePlace(options)}`))
    ])
  )
  return [way, ...checks]
})
