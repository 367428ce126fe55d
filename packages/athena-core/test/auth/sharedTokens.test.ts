/** Access tokens of several processes that share a store: one fetches, the others use it. */
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { AccessTokens } from "../../src/auth/AccessTokens.ts"
import { SharedState } from "../../src/coordination/SharedState.ts"
import { connectionTo } from "../support/athenaLayer.ts"
import { type Answer, type Sent, type StubServer, stubServer } from "../support/StubServer.ts"

type Tokens = AccessTokens["Service"]

const processes = Effect.fnUntraced(function* (server: StubServer, count: number, maxWait: Duration.Input = "1 hour") {
  const store = yield* Layer.build(SharedState.layerLocal)
  return yield* Effect.forEach(Array.from({ length: count }), () =>
    Layer.build(
      AccessTokens.layerShared({ maxWait: Duration.fromInputUnsafe(maxWait) }).pipe(
        Layer.provide(connectionTo()),
        Layer.provide(server.layer)
      )
    ).pipe(
      Effect.provideContext(store),
      Effect.map((services) => Context.get(services, AccessTokens))
    )
  )
})

const granted = (sent: Sent, after: Duration.Input = "1 second"): Answer => ({
  body: { access_token: `token-${sent.index + 1}`, expires_in: 3600 },
  after
})

const tokenOf = (tokens: Tokens) => Effect.map(tokens.current, ({ value }) => Redacted.value(value))

/** All at once, while the clock goes on. */
const together = <A, E>(effects: ReadonlyArray<Effect.Effect<A, E>>, time: Duration.Input = "5 seconds") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(Effect.forEach(effects, Effect.exit, { concurrency: "unbounded" }))
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

describe("tokens that processes share", () => {
  it.effect("are fetched by one of them, and used by all", () => {
    const server = stubServer({ token: granted })
    return Effect.gen(function* () {
      const exits = yield* together((yield* processes(server, 8)).map(tokenOf))
      assert.deepStrictEqual(
        exits,
        exits.map(() => Exit.succeed("token-1"))
      )
      assert.strictEqual(server.tokenRequests.length, 1)
    }).pipe(Effect.scoped)
  })

  it.effect("are replaced once when they are refused, whoever sees it and when", () => {
    const server = stubServer({ token: granted })
    return Effect.gen(function* () {
      const all = yield* processes(server, 8)
      yield* together(all.map(tokenOf))
      const refused = yield* Effect.forEach(all, ({ current }) => current)
      const again = all
        .slice(0, 6)
        .map((tokens, n) =>
          Effect.andThen(refused[n] === undefined ? Effect.void : tokens.invalidate(refused[n]), tokenOf(tokens))
        )
      const exits = yield* together(again)
      assert.deepStrictEqual(
        exits,
        exits.map(() => Exit.succeed("token-2"))
      )
      // The last two come late, with the old one.
      for (const n of [6, 7]) {
        const [tokens, seen] = [all[n], refused[n]]
        assert.isDefined(tokens)
        assert.isDefined(seen)
        yield* tokens.invalidate(seen)
        assert.strictEqual(yield* tokenOf(tokens), "token-2")
      }
      assert.strictEqual(server.tokenRequests.length, 2)
    }).pipe(Effect.scoped)
  })

  it.effect("are renewed by one of them before they end, and the others change over", () => {
    const server = stubServer({ token: granted })
    return Effect.gen(function* () {
      const all = yield* processes(server, 4)
      yield* together(all.map(tokenOf))
      yield* TestClock.adjust("56 minutes")
      yield* together(all.map(tokenOf))
      const exits = yield* together(all.map(tokenOf))
      assert.deepStrictEqual(
        exits,
        exits.map(() => Exit.succeed("token-2"))
      )
      assert.strictEqual(server.tokenRequests.length, 2)
    }).pipe(Effect.scoped)
  })

  it.effect("are fetched by another when the one who was at it is gone", () => {
    const server = stubServer({ token: (sent) => (sent.index === 0 ? "hang" : granted(sent)) })
    return Effect.gen(function* () {
      const [one, other] = yield* processes(server, 2)
      assert.isDefined(one)
      assert.isDefined(other)
      const killed = yield* Effect.forkScoped(one.current)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(killed)
      const [exit] = yield* together([tokenOf(other)], "35 seconds")
      assert.deepStrictEqual(exit, Exit.succeed("token-2"))
    }).pipe(Effect.scoped)
  })

  it.effect("are asked for anew by each where the request fails, and the quota is kept by all together", () => {
    const server = stubServer({ token: () => ({ status: 401, body: { error: "invalid_client" } }) })
    return Effect.gen(function* () {
      const all = yield* processes(server, 8, "1 second")
      const exits = yield* together(all.map(tokenOf), "10 seconds")
      assert.isTrue(exits.every(Exit.isFailure))
      assert.strictEqual(server.tokenRequests.length, 5, "five a minute")
    }).pipe(Effect.scoped)
  })

  it.effect("never cost more than five requests in any minute, however often they are refused", () => {
    const server = stubServer({ token: (sent) => granted(sent, "10 millis") })
    return Effect.gen(function* () {
      const all = yield* processes(server, 4)
      const restless = (tokens: Tokens) =>
        Effect.repeat(Effect.flatMap(tokens.current, tokens.invalidate), { times: sized({ short: 10, long: 50 }) })
      yield* together(all.map(restless), "2 hours")
      const times = server.tokenRequests.map(({ at }) => at)
      assert.isAtLeast(times.length, 10)
      for (const [index, at] of times.entries()) {
        const fifthBefore = times[index - 5]
        if (fifthBefore !== undefined) assert.isAtLeast(at - fifthBefore, 60_000)
      }
    }).pipe(Effect.scoped)
  })
})
