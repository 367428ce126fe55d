/**
 * What the commands share that only need the database.
 */
import { Effect, Layer } from "effect"
import { type DatabaseSettings, databaseSettings } from "../configuration/settings.ts"
import { type Access, database } from "../services/database.ts"
import { observability } from "../services/observability.ts"

/** Runs `program` on the migrated database of the environment. */
export const withDatabase = <A, E, R>(
  access: Access,
  program: (settings: DatabaseSettings) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const settings = yield* databaseSettings
    const services = Layer.provideMerge(database(settings, access), observability(settings))
    return yield* Effect.provide(program(settings), services)
  })
