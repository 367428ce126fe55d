/** Takes a lease in the database of a URL, prints its fence and holds it until killed. */
import { Console, Effect, Layer, Redacted } from "effect"
import * as Database from "../../src/Database.ts"
import { Leases } from "../../src/locks/Leases.ts"

const [url = "", name = "", holder = ""] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const leases = yield* Leases
  yield* leases.withLease(name, { holder }, (lease) =>
    Effect.andThen(Console.log(String(lease.fence)), Effect.sleep("60 seconds"))
  )
})

await Effect.runPromise(
  program.pipe(
    Effect.provide(Leases.layer.pipe(Layer.provideMerge(Database.layer({ _tag: "Url", url: Redacted.make(url) }))))
  )
)
