import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as AthenaClients from "../src/AthenaClients.ts"
import type { PracticeCredentials } from "../src/credentials/PracticeCredentials.ts"
import { Ping } from "../src/endpoints/practice/Ping.ts"
import { PracticeId } from "../src/ids/PracticeId.ts"
import type { BudgetOptions } from "../src/rate-limit/BudgetOptions.ts"
import { wideBudget } from "./support/athenaLayer.ts"
import { type Sent, type StubServer, stubServer } from "./support/StubServer.ts"

const app = (clientId: string) => ({ clientId, clientSecret: Redacted.make(`${clientId}-secret`) })
const [first, second, third, fourth] = ["195900", "195901", "195902", "195903"].map((id) => PracticeId.make(id)) as [
  PracticeId,
  PracticeId,
  PracticeId,
  PracticeId
]

/** The first practice is app a's, the second and third are app b's, the others are the rest's. */
const credentials: PracticeCredentials = {
  byPractice: new Map([
    [first, app("a")],
    [second, app("b")],
    [third, app("b")]
  ]),
  rest: Option.some(app("rest"))
}

/** A token that names the app it was given to. */
const server = (refused: ReadonlyArray<string> = []): StubServer =>
  stubServer({
    token: (sent) => {
      const [clientId = ""] = atob(sent.token?.replace(/^Basic /, "") ?? "").split(":")
      return refused.includes(clientId)
        ? { status: 401, body: { error: "invalid_client" } }
        : { body: { access_token: `token-of-${clientId}`, expires_in: 3600 } }
    },
    api: () => ({ body: { pong: "true" } })
  })

const clients = (on: StubServer, given: PracticeCredentials, budget: Partial<BudgetOptions> = {}) =>
  AthenaClients.layer({
    connection: { environment: "sandbox", origin: "https://athena.test", scope: "athena/service/Athenanet.MDP.*" },
    credentials: given,
    budget: { ...wideBudget, ...budget }
  }).pipe(Layer.provide(on.layer))

const ping = (practiceId: PracticeId) => Effect.exit(Ping.check(practiceId))
const practiceOf = ({ path }: Sent) => path.split("/")[2]

describe("practices under different credentials", () => {
  it.effect("are called as their own app, which asks for one token", () => {
    const on = server()
    return Effect.gen(function* () {
      const calls = yield* Effect.forkScoped(
        Effect.forEach([first, second, third, fourth, second, first], ping, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(calls)
      const told = new Map(on.requests.map((sent) => [practiceOf(sent), sent.token]))
      assert.deepStrictEqual([...told].sort(), [
        ["195900", "token-of-a"],
        ["195901", "token-of-b"],
        ["195902", "token-of-b"],
        ["195903", "token-of-rest"]
      ])
      assert.strictEqual(on.requests.length, 6)
      assert.strictEqual(on.tokenRequests.length, 3)
    }).pipe(Effect.provide(clients(on, credentials)))
  })

  it.effect("share the ceiling of their app, and nothing with another app's", () => {
    const on = server()
    const slow = { appRequestsPerSecond: 1, startRequestsPerSecond: 1 }
    return Effect.gen(function* () {
      const start = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const calls = yield* Effect.forkScoped(
        Effect.forEach([second, third, second, third, first], ping, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(calls)
      const secondsOf = (practices: ReadonlyArray<PracticeId>) =>
        on.requests
          .filter((sent) => practices.some((id) => id === practiceOf(sent)))
          .map(({ at }) => Math.floor((at - start) / 1000))
      assert.deepStrictEqual(secondsOf([first]), [0])
      assert.isAtLeast(Math.max(...secondsOf([second, third])), 2)
    }).pipe(Effect.provide(clients(on, credentials, slow)))
  })

  it.effect("fail by themselves where their app is refused", () => {
    const on = server(["a"])
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Ping.check(first))
      assert.match(error.message, /^practice 195900, POST \/oauth2\/v1\/token: .*refused the client credentials/)
      assert.notInclude(error.message, "a-secret")
      yield* Ping.check(second)
    }).pipe(Effect.provide(clients(on, credentials)))
  })

  it.effect("are not called without any", () => {
    const on = server()
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Ping.check(fourth))
      assert.strictEqual(error.reason._tag, "CredentialsMissing")
      assert.match(error.message, /practice 195903.*ATHENA_CREDENTIALS_FILE/)
      assert.strictEqual(on.requests.length + on.tokenRequests.length, 0)
    }).pipe(Effect.provide(clients(on, { ...credentials, rest: Option.none() })))
  })
})
