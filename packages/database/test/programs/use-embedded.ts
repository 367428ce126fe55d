/**
 * Uses the embedded database of a data folder: prints `up <server pid>`, then leaves at once or, with `hold`, stays
 * until killed. A failure is printed as its reason and message.
 */
import { Console, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "../../src/Database.ts"
import * as EmbeddedPostgres from "../../src/embedded/EmbeddedPostgres.ts"

const [dataDir = "", mode = "leave"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`create table if not exists visits (pid int)`
  yield* sql`insert into visits values (${process.pid})`
  const status = yield* EmbeddedPostgres.status(dataDir)
  yield* Console.log(`up ${status._tag === "Running" ? status.pid : "?"}`)
  if (mode === "hold") yield* Effect.sleep("120 seconds")
})

await Effect.runPromise(
  program.pipe(
    Effect.provide(Database.layer({ _tag: "Embedded", dataDir })),
    Effect.catchTag("DatabaseUnavailable", (error) => Console.log(`${error.reason}: ${error.message}`))
  )
)
