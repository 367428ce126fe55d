/**
 * `athena-sync database …`: a way into the embedded PostgreSQL, and a way to stop one that was left behind.
 */

import { spawnSync } from "node:child_process"
import { optionalText, readAll, withDefault } from "@athena-engine/athena-core/configuration/variables"
import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect, Option } from "effect"
import { Command } from "effect/cli"
import { print, remark } from "../output/print.ts"

/** The embedded server's functions, and its folder. */
const embedded = Effect.gen(function* () {
  const { dataDir } = yield* readAll({
    dataDir: withDefault("ATHENA_DATA_DIR", ".athena", "a folder", (value) => value)
  })
  if (Option.isSome(yield* optionalText("DATABASE_URL"))) {
    yield* remark(
      'DATABASE_URL is set, but this command acts on the embedded database. For the other one: psql "$DATABASE_URL"'
    )
  }
  const server = yield* Effect.promise(() => import("@athena-engine/database/embedded/EmbeddedPostgres"))
  return { dataDir, server }
})

const url = Command.make("url", {}, () =>
  Effect.flatMap(embedded, ({ dataDir, server }) => Effect.flatMap(server.url({ dataDir }), print))
).pipe(Command.withDescription("Starts the embedded PostgreSQL if need be, lets it stay up, and prints its URL."))

const start = Command.make("start", {}, () =>
  Effect.flatMap(embedded, ({ dataDir, server }) =>
    Effect.andThen(server.start({ dataDir }), print("The embedded PostgreSQL is up, and stays up until it is stopped."))
  )
).pipe(Command.withDescription("Starts the embedded PostgreSQL and lets it stay up."))

const stop = Command.make("stop", {}, () =>
  Effect.flatMap(embedded, ({ dataDir, server }) =>
    Effect.flatMap(server.stop(dataDir), (wasUp) =>
      print(wasUp ? "The embedded PostgreSQL is stopped." : "The embedded PostgreSQL was not running.")
    )
  )
).pipe(Command.withDescription("Stops the embedded PostgreSQL, whoever started it. What was committed stays."))

const psql = Command.make("psql", {}, () =>
  Effect.scoped(
    Effect.gen(function* () {
      const { dataDir, server } = yield* embedded
      const Psql = yield* Effect.promise(() => import("@athena-engine/database/embedded/Psql"))
      const { urlOf } = yield* Effect.promise(() => import("@athena-engine/database/embedded/EmbeddedServer"))
      const running = yield* server.use({ dataDir })
      const { args, command } = yield* Psql.command(urlOf(running))
      const { status } = yield* Effect.sync(() => spawnSync(command, [...args], { stdio: "inherit" }))
      if (status !== 0) return yield* new Ended({ code: 1 })
    })
  )
).pipe(Command.withDescription("Opens psql on the embedded PostgreSQL."))

export const database = Command.make("database").pipe(
  Command.withDescription("The embedded PostgreSQL, which is used when DATABASE_URL is not set."),
  Command.withShortDescription("The embedded PostgreSQL"),
  Command.withSubcommands([url, start, stop, psql])
)
