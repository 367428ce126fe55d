/** Migrates the database of a URL and prints how many migrations it ran. */
import { Console, Effect, Redacted } from "effect"
import * as Database from "../../src/Database.ts"
import { metaMigrations } from "../../src/migrations/MetaMigrations.ts"
import * as Migrations from "../../src/migrations/Migrations.ts"

const [url = ""] = process.argv.slice(2)

await Effect.runPromise(
  Migrations.run([metaMigrations]).pipe(
    Effect.flatMap((applied) => Console.log(String(applied.length))),
    Effect.provide(Database.layer({ _tag: "Url", url: Redacted.make(url) }))
  )
)
