/**
 * What the commands share that only need the database.
 */
import { Effect, Layer } from "effect"
import { type DatabaseSettings, databaseSettings } from "../configuration/settings.ts"
import { type Access, database } from "../services/database.ts"
import { observability } from "../services/observability.ts"

/** Runs `program` on the migrated database of these settings. */
export const onDatabase = <A, E, R>(settings: DatabaseSettings, access: Access, program: Effect.Effect<A, E, R>) =>
  Effect.provide(program, Layer.provideMerge(database(settings, access), observability(settings)))

/** Runs `program` on the migrated database of the environment. */
export const withDatabase = <A, E, R>(
  access: Access,
  program: (settings: DatabaseSettings) => Effect.Effect<A, E, R>
) => Effect.flatMap(databaseSettings, (settings) => onDatabase(settings, access, program(settings)))
