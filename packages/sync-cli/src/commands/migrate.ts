import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { print, printJson } from "../output/print.ts"
import { json } from "./flags.ts"

/** `athena-sync migrate` */
export const migrate = Command.make(
  "migrate",
  { json },
  Effect.fnUntraced(function* (flags) {
    const [{ databaseOptions, databaseSettings }, Database, Migrations, { migrations }, { observability }] =
      yield* Effect.promise(() =>
        Promise.all([
          import("../configuration/settings.ts"),
          import("@athena-engine/database/Database"),
          import("@athena-engine/database/migrations/Migrations"),
          import("../services/database.ts"),
          import("../services/observability.ts")
        ])
      )
    const settings = yield* databaseSettings
    const services = Layer.provideMerge(Database.layer(databaseOptions(settings)), observability(settings))
    const applied = yield* Effect.provide(Migrations.run(migrations), services)
    if (flags.json) return yield* printJson({ command: "migrate", applied })
    const lines = applied.map(({ schema, id, name }) => `${schema} ${String(id).padStart(4, "0")} ${name}`)
    return yield* print(lines.length === 0 ? "The database is up to date." : lines.join("\n"))
  })
).pipe(
  Command.withDescription(
    "Brings the database's schema up to date. The other commands do so by themselves when needed."
  ),
  Command.withShortDescription("Database migrations")
)
