/**
 * One of several processes of an app: calls two practices from many fibers for as long as its standard input is open, and
 * writes on a line of its own which practice each request was let through for and when.
 */
import { AccessTokens } from "@athena-engine/athena-core/auth/AccessTokens"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { Connection, defaultScope } from "@athena-engine/athena-core/environment/Connection"
import { Athena } from "@athena-engine/athena-core/http/Athena"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RequestBudget } from "@athena-engine/athena-core/rate-limit/RequestBudget"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Duration, Effect, Layer, Option, Redacted } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Coordination from "../../src/Coordination.ts"

const { DATABASE_URL = "", ORIGIN = "", PRACTICES = "", PER_PRACTICE = "1", PER_APP = "1", FIBERS = "1" } = process.env
const practices = PRACTICES.split(",").map((id) => PracticeId.make(id))

/** The budget, writing down what it lets through. */
const noting = Layer.effect(
  RequestBudget,
  Effect.map(RequestBudget, (budget) =>
    RequestBudget.of({
      ...budget,
      admit: (practiceId, needed, use) =>
        budget.admit(practiceId, needed, (admission, value) => {
          process.stdout.write(`${practiceId} ${admission.at}\n`)
          return use(admission, value)
        })
    })
  )
).pipe(
  Layer.provide(
    RequestBudget.layerShared({
      requestsPerSecond: Number(PER_PRACTICE),
      appRequestsPerSecond: Number(PER_APP),
      startRequestsPerSecond: 1000,
      maxConcurrency: 64,
      maxWait: Duration.seconds(60),
      sharedAs: "soak"
    })
  )
)

const client = Athena.layer.pipe(
  Layer.provide(AccessTokens.layerShared({ maxWait: Duration.seconds(60) })),
  Layer.provide(noting),
  Layer.provide(
    Connection.layer({
      environment: "sandbox",
      origin: ORIGIN,
      credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
      scope: defaultScope
    })
  ),
  Layer.provide(NodeHttpClient.layerUndici),
  Layer.provide(
    Coordination.layer({
      keyring: Option.some([{ name: "test", bytes: Redacted.make(new Uint8Array(32).fill(7)) }])
    })
  ),
  Layer.provide(PgClient.layer({ url: Redacted.make(DATABASE_URL), maxConnections: 2 })),
  Layer.provide(Reactivity.layer)
)

/** A line on the standard input is the sign to begin, its end the sign to stop. */
const begun = Effect.callback<void>((resume) => {
  process.stdin.once("data", () => resume(Effect.void))
})
const ended = Effect.callback<void>((resume) => {
  process.stdin.once("end", () => resume(Effect.void))
  process.stdin.resume()
})

const calls = Effect.forEach(
  Array.from({ length: Number(FIBERS) }),
  (_, n) => Effect.forever(Effect.ignore(Ping.check(practices[n % practices.length] as PracticeId))),
  { concurrency: "unbounded", discard: true }
)

const program = Effect.gen(function* () {
  yield* Athena
  process.stdout.write("ready\n")
  yield* begun
  yield* Effect.raceFirst(calls, ended)
}).pipe(Effect.provide(client))

NodeRuntime.runMain(program)
