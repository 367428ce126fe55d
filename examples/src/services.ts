/**
 * What the examples run on: athenahealth as the environment's variables say (see the README's table), and an audit trail in the
 * database that `DATABASE_URL` names, or in an embedded one. Any program on the library is given something like it.
 */
import * as AthenaClients from "@athena-engine/athena-core/AthenaClients"
import * as SafeLogger from "@athena-engine/athena-core/observability/SafeLogger"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import { auditMigrations } from "@athena-engine/audit/store/migrations/AuditMigrations"
import * as Database from "@athena-engine/database/Database"
import { metaMigrations } from "@athena-engine/database/migrations/MetaMigrations"
import * as Migrations from "@athena-engine/database/migrations/Migrations"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Config, Effect, Layer, Option, Schema } from "effect"

const database = Layer.effectDiscard(Migrations.run([metaMigrations, auditMigrations])).pipe(
  Layer.provideMerge(Database.layerConfig)
)

const trail = Layer.unwrap(
  Effect.map(Config.String("ATHENA_ENVIRONMENT"), (environment) => AuditTrailSql.layer({ environment }))
)

/** `Athena`, `AuditTrail` and the database; logs go to stderr and cannot carry PHI. */
export const services = Layer.merge(
  Layer.provide(AthenaClients.layerConfig, NodeHttpClient.layerUndici),
  Layer.provideMerge(trail, database)
).pipe(Layer.provideMerge(NodeServices.layer), Layer.provideMerge(SafeLogger.layer("pretty")))

/** Runs an example; one that fails says why in one line and ends with 1. */
export const runExample = <E extends { readonly message: string }>(
  program: Effect.Effect<void, E, Layer.Success<typeof services>>
): void =>
  program.pipe(
    Effect.provide(services),
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        const [reason] = cause.reasons
        const message = reason !== undefined && Cause.isFailReason(reason) ? reason.error.message : "a bug, or a signal"
        process.stderr.write(`failed: ${message}\n`)
        process.exitCode = 1
      })
    ),
    NodeRuntime.runMain
  )

/** An argument of the command line, counted from 1. One that is missing or does not fit ends the program with a line that says so. */
export const argument = <A>(
  schema: Schema.Codec<A, string>,
  position: number,
  expected: string,
  fallback?: string
): A => {
  const value = process.argv[position + 1] ?? fallback
  const decoded = Schema.decodeUnknownOption(schema)(value)
  if (Option.isSome(decoded)) return decoded.value
  process.stderr.write(`failed: argument ${position} must be ${expected}\n`)
  process.exit(1)
}
