import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { print, printJson } from "../output/print.ts"
import { json } from "./flags.ts"

/** `athena-sync migrate` */
export const migrate = Command.make(
  "migrate",
  { json },
  Effect.fnUntraced(function* (flags) {
    const [{ databaseOptions, databasePlace, databaseSettings }, Database, { prepare }, { observability }] =
      yield* Effect.promise(() =>
        Promise.all([
          import("@athena-engine/program/configuration/settings"),
          import("@athena-engine/database/Database"),
          import("@athena-engine/program/services/database"),
          import("../output/observability.ts")
        ])
      )
    const settings = yield* databaseSettings
    const options = databaseOptions(settings)
    const services = Layer.provideMerge(Database.layer(options), observability(settings))
    const applied = yield* Effect.provide(prepare(settings, "migrate"), services)
    if (flags.json) return yield* printJson({ command: "migrate", applied })
    const place = databasePlace(options)
    const lines = applied.map(({ schema, id, name }) => `${schema} ${String(id).padStart(4, "0")} ${name}`)
    return yield* print(
      lines.length === 0 ? `Nothing to migrate in ${place}.` : [`Migrated ${place}:`, ...lines].join("\n")
    )
  })
).pipe(
  Command.withDescription(
    "Brings the database's schema up to date. Syncing does so by itself when needed; commands that only read do so in the embedded database alone."
  ),
  Command.withShortDescription("Database migrations")
)
