/**
 * What the commands share that only need the database.
 */

import { type DatabaseSettings, databaseSettings } from "@athena-engine/program/configuration/settings"
import { type Access, database } from "@athena-engine/program/services/database"
import { Effect, Layer } from "effect"
import { observability } from "../output/observability.ts"

/** Runs `program` on the migrated database of these settings. */
export const onDatabase = <A, E, R>(settings: DatabaseSettings, access: Access, program: Effect.Effect<A, E, R>) =>
  Effect.provide(program, Layer.provideMerge(database(settings, access), observability(settings)))

/** Runs `program` on the migrated database of the environment. */
export const withDatabase = <A, E, R>(
  access: Access,
  program: (settings: DatabaseSettings) => Effect.Effect<A, E, R>
) => Effect.flatMap(databaseSettings, (settings) => onDatabase(settings, access, program(settings)))
