import { inspect } from "node:util"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Exit, Fiber, Layer, Logger, Redacted, References, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { AccessTokens } from "../../src/auth/AccessTokens.ts"
import type { Environment } from "../../src/environment/Environment.ts"
import { connectionTo, secret } from "../support/athenaLayer.ts"
import { type Answer, type Sent, type StubServer, stubServer } from "../support/StubServer.ts"

const tokensOf = (server: StubServer, environment: Environment = "sandbox", maxWait: Duration.Input = "60 seconds") =>
  AccessTokens.layer({ maxWait: Duration.fromInputUnsafe(maxWait) }).pipe(
    Layer.provide(connectionTo(environment)),
    Layer.provide(server.layer)
  )

const current = AccessTokens.use((tokens) => tokens.current)
const currentValue = Effect.map(current, (token) => Redacted.value(token.value))

const granted = (sent: Sent, expiresIn: unknown = 3600): Answer => ({
  body: { access_token: `token-${sent.index + 1}`, expires_in: expiresIn, token_type: "Bearer" }
})

/** Runs `effect` while the clock goes on. */
const elapse = <A, E, R>(effect: Effect.Effect<A, E, R>, time: Duration.Input = "10 minutes") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

const together = (count: number) =>
  Effect.all(
    Array.from({ length: count }, () => Effect.exit(current)),
    { concurrency: "unbounded" }
  )

describe("AccessTokens", () => {
  it.effect("asks once for callers that come at the same time, and hands the same token to all", () => {
    const server = stubServer({ token: (sent) => ({ ...(granted(sent) as object), after: "1 second" }) })
    return Effect.gen(function* () {
      const exits = yield* elapse(together(50))
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.strictEqual(server.tokenRequests.length, 1)
      assert.strictEqual(yield* currentValue, "token-1")
      assert.strictEqual(server.tokenRequests.length, 1)
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect("asks with HTTP Basic and the scope, in the vendor's form", () => {
    const server = stubServer()
    return Effect.gen(function* () {
      yield* current
      const [sent] = server.tokenRequests
      assert.strictEqual(sent?.method, "POST")
      assert.strictEqual(sent?.path, "/oauth2/v1/token")
      assert.strictEqual(sent?.headers["authorization"], `Basic ${btoa(`client:${secret}`)}`)
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect.each<[string, unknown]>([
    ["a number", 600],
    ["text", "600"]
  ])("reads a lifetime sent as %s", ([, expiresIn]) => {
    const server = stubServer({ token: (sent) => granted(sent, expiresIn) })
    return Effect.gen(function* () {
      const token = yield* current
      assert.strictEqual(token.expiresAt - token.issuedAt, 600_000)
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect.each([0, "0", -5])(
    "keeps a token with a lifetime of %s until it is refused, rather than ask for each call",
    (said) => {
      const server = stubServer({ token: (sent) => granted(sent, said) })
      return Effect.gen(function* () {
        for (let call = 0; call < 50; call++) {
          assert.strictEqual(yield* currentValue, "token-1")
          yield* TestClock.adjust("1 second")
        }
        assert.strictEqual(server.tokenRequests.length, 1)
      }).pipe(Effect.provide(tokensOf(server)))
    }
  )

  it.effect("renews in the background in the last tenth of a life, handing out the old token meanwhile", () => {
    const server = stubServer({
      token: (sent) => ({ ...(granted(sent, 600) as object), ...(sent.index > 0 ? { after: "5 seconds" } : {}) })
    })
    return Effect.gen(function* () {
      yield* current
      yield* TestClock.adjust("539 seconds")
      assert.strictEqual(yield* currentValue, "token-1")
      assert.strictEqual(server.tokenRequests.length, 1, "young enough")
      yield* TestClock.adjust("2 seconds")
      for (let times = 0; times < 8; times++) assert.strictEqual(yield* currentValue, "token-1")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* currentValue, "token-1")
      assert.strictEqual(server.tokenRequests.length, 2, "one renewal for all of them")
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* currentValue, "token-2")
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect("renews a long-lived token 5 minutes before its end, not earlier", () => {
    const server = stubServer({ token: (sent) => granted(sent, 36_000) })
    return Effect.gen(function* () {
      yield* current
      yield* TestClock.adjust(Duration.seconds(36_000 - 301))
      yield* current
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(server.tokenRequests.length, 1)
      yield* TestClock.adjust("1 second")
      yield* current
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(server.tokenRequests.length, 2)
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect("never hands out an expired token, and gets over a renewal that failed", () => {
    const server = stubServer({
      token: (sent) => (sent.index > 0 && sent.at < 599_000 ? { status: 503 } : granted(sent, 600))
    })
    return Effect.gen(function* () {
      yield* current
      yield* TestClock.adjust("550 seconds")
      assert.strictEqual(yield* currentValue, "token-1")
      yield* TestClock.adjust("40 seconds")
      assert.strictEqual(yield* currentValue, "token-1")
      yield* TestClock.adjust("10 seconds")
      const last = yield* elapse(currentValue, "5 minutes")
      assert.notStrictEqual(last, "token-1")
    }).pipe(Effect.provide(tokensOf(server, "production")))
  })

  it.effect.each(["SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID", "PROXY_STATUS_407"])(
    "asks once where somebody has to change something first: %s",
    (code) => {
      const server = stubServer({ token: () => ({ noLine: code }) })
      return Effect.gen(function* () {
        const error = yield* Effect.flip(elapse(current))
        assert.strictEqual(error._tag, "Unreachable")
        assert.strictEqual(server.tokenRequests.length, 1)
      }).pipe(Effect.provide(tokensOf(server)))
    }
  )

  it.effect("does not remember a failure", () => {
    const server = stubServer({
      token: (sent) => (sent.index === 0 ? { status: 401, body: { error: "invalid_client" } } : granted(sent))
    })
    return Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(current))._tag, "InvalidCredentials")
      assert.strictEqual(yield* currentValue, "token-2")
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect("tries again after a failure of the server or the line", () => {
    const bad: ReadonlyArray<Answer> = [{ status: 500 }, "reset", { body: "<html>" }, "hang"]
    const answers = [...bad, ...bad]
    const server = stubServer({ token: (sent) => answers[sent.index] ?? granted(sent) })
    return Effect.gen(function* () {
      assert.strictEqual(yield* elapse(currentValue, "3 minutes"), "token-9")
    }).pipe(Effect.provide(tokensOf(server)))
  })

  it.effect.each<[string, Answer, string]>([
    ["a server that stays down", { status: 500 }, "ServerUnavailable"],
    ["a line that stays cut", "reset", "Unreachable"],
    ["a server that never answers", "hang", "TimedOut"],
    ["answers that cannot be read", { body: "<html>" }, "UnreadableAnswer"],
    ["answers without a token", { body: { expires_in: 3600 } }, "UnreadableAnswer"]
  ])("fails after some tries on %s", ([, answer, tag]) => {
    const server = stubServer({ token: () => answer })
    return Effect.gen(function* () {
      assert.strictEqual((yield* elapse(Effect.flip(current), "1 hour"))._tag, tag)
      assert.isAtLeast(server.tokenRequests.length, 3)
    }).pipe(Effect.provide(tokensOf(server, "production")))
  })

  describe("for one who waits in a queue", () => {
    it.effect("fails with what failed while it waited, without another request; who comes later asks anew", () => {
      const server = stubServer({
        token: (sent) => (sent.index === 0 ? { status: 401, body: { error: "invalid_client" } } : granted(sent))
      })
      return Effect.gen(function* () {
        const tokens = yield* AccessTokens
        const atTheHead = yield* Effect.all(Array.from({ length: 20 }, () => tokens.queued))
        for (const token of atTheHead) assert.strictEqual((yield* Effect.flip(token))._tag, "InvalidCredentials")
        assert.strictEqual(server.tokenRequests.length, 1)
        assert.strictEqual(Redacted.value((yield* yield* tokens.queued).value), "token-2")
      }).pipe(Effect.provide(tokensOf(server)))
    })

    it.effect("is the token that lives when its turn comes", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        const tokens = yield* AccessTokens
        const token = yield* tokens.queued
        yield* tokens.invalidate(yield* tokens.current)
        assert.strictEqual(Redacted.value((yield* token).value), "token-2")
      }).pipe(Effect.provide(tokensOf(server)))
    })
  })

  describe("invalidate", () => {
    it.effect("drops the token that was seen, and eight callers together cost one renewal", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        const tokens = yield* AccessTokens
        const seen = yield* tokens.current
        const invalidateAndAsk = Effect.andThen(tokens.invalidate(seen), tokens.current)
        const renewed = yield* Effect.all(
          Array.from({ length: 8 }, () => invalidateAndAsk),
          { concurrency: 8 }
        )
        assert.strictEqual(new Set(renewed).size, 1)
        assert.strictEqual(server.tokenRequests.length, 2)
      }).pipe(Effect.provide(tokensOf(server)))
    })

    it.effect("leaves a newer token alone", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        const tokens = yield* AccessTokens
        const old = yield* tokens.current
        yield* tokens.invalidate(old)
        yield* tokens.current
        yield* tokens.invalidate(old)
        assert.strictEqual(yield* currentValue, "token-2")
        assert.strictEqual(server.tokenRequests.length, 2)
      }).pipe(Effect.provide(tokensOf(server)))
    })
  })

  describe("the vendor's quota", () => {
    it.effect("is not spent on requests that never reached the vendor", () => {
      const server = stubServer({ token: (sent) => (sent.index < 7 ? { noLine: "ECONNREFUSED" } : granted(sent)) })
      return Effect.gen(function* () {
        assert.strictEqual(yield* elapse(currentValue, "50 seconds"), "token-8")
      }).pipe(Effect.provide(tokensOf(server)))
    })

    /** Invalidates and asks anew, as a caller would whose tokens all die. */
    const another = AccessTokens.use((tokens) =>
      Effect.flatMap(tokens.current, (token) => Effect.andThen(tokens.invalidate(token), Effect.succeed(token)))
    )

    it.effect("lets five through in a minute in the sandbox; the sixth waits for the next", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        for (let times = 0; times < 5; times++) yield* another
        const sixth = yield* Effect.forkScoped(another)
        yield* TestClock.adjust("55 seconds")
        assert.strictEqual(server.tokenRequests.length, 5)
        yield* TestClock.adjust("6 seconds")
        yield* Fiber.join(sixth)
        assert.strictEqual(server.tokenRequests.length, 6)
      }).pipe(Effect.provide(tokensOf(server, "sandbox", "2 minutes")))
    })

    it.effect.each(seeds({ short: 20, long: 500 }))(
      "is kept in any minute, however calls are spread (TEST_SEED=%i)",
      (seed) => {
        const { below } = chance(seed)
        const server = stubServer()
        return Effect.gen(function* () {
          for (let times = 0; times < 25; times++) {
            yield* Effect.forkScoped(another)
            yield* TestClock.adjust(Duration.millis(below(4) === 0 ? below(70_000) : below(2000)))
          }
          yield* TestClock.adjust("10 minutes")
          const times = server.tokenRequests.map(({ at }) => at)
          assert.isAtLeast(times.length, 5)
          for (const [index, time] of times.entries()) {
            const sixth = times[index + 5]
            if (sixth !== undefined) assert.isAtLeast(sixth - time, 60_000)
          }
        }).pipe(Effect.provide(tokensOf(server, "sandbox", "10 minutes")))
      }
    )

    it.effect("lets fifty through in a minute in production", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        for (let times = 0; times < 50; times++) yield* another
        yield* Effect.forkScoped(another)
        yield* TestClock.adjust("55 seconds")
        assert.strictEqual(server.tokenRequests.length, 50)
      }).pipe(Effect.provide(tokensOf(server, "production", "2 minutes")))
    })

    it.effect("says when a token can be had to a caller who would have to wait too long", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        for (let times = 0; times < 5; times++) yield* another
        const error = yield* Effect.flip(another)
        assert.strictEqual(error._tag, "TokenQuotaExceeded")
        if (error._tag === "TokenQuotaExceeded") {
          assert.isAtMost(DateTime.toEpochMillis(error.retryAt), 60_000)
          assert.isAbove(DateTime.toEpochMillis(error.retryAt), 10_000)
        }
        assert.strictEqual(server.tokenRequests.length, 5)
      }).pipe(Effect.provide(tokensOf(server, "sandbox", "10 seconds")))
    })

    it.effect("is not used up by callers that were turned away", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        for (let times = 0; times < 5; times++) yield* another
        for (let times = 0; times < 40; times++) yield* Effect.flip(another)
        yield* TestClock.adjust("61 seconds")
        yield* another
        assert.strictEqual(server.tokenRequests.length, 6)
      }).pipe(Effect.provide(tokensOf(server, "sandbox", "10 seconds")))
    })

    it.effect("waits for the top of the minute after 429", () => {
      const server = stubServer({ token: (sent) => (sent.index === 0 ? { status: 429 } : granted(sent)) })
      return Effect.gen(function* () {
        yield* TestClock.adjust("17 seconds")
        assert.strictEqual(yield* elapse(currentValue), "token-2")
        assert.strictEqual(server.tokenRequests[1]?.at, 60_000)
      }).pipe(Effect.provide(tokensOf(server)))
    })

    it.effect("waits as long as a 429 says when it says so", () => {
      const server = stubServer({
        token: (sent) => (sent.index === 0 ? { status: 429, headers: { "retry-after": "5" } } : granted(sent))
      })
      return Effect.gen(function* () {
        yield* elapse(currentValue)
        assert.strictEqual(server.tokenRequests[1]?.at, 5000)
      }).pipe(Effect.provide(tokensOf(server)))
    })

    it.effect("gives up when it is refused minute after minute, and says until when", () => {
      const server = stubServer({ token: () => ({ status: 429 }) })
      return Effect.gen(function* () {
        const error = yield* elapse(Effect.flip(current), "1 hour")
        assert.strictEqual(error._tag, "TokenQuotaExceeded")
        assert.isAtMost(server.tokenRequests.length, 3)
      }).pipe(Effect.provide(tokensOf(server)))
    })
  })

  describe("refused credentials", () => {
    it.effect.each<[number, string]>([
      [401, "invalid_client"],
      [400, "invalid_scope"],
      [403, "access_denied"]
    ])("are final after one request (%s)", ([status, code]) => {
      const server = stubServer({ token: () => ({ status, body: { error: code, error_description: secret } }) })
      return Effect.gen(function* () {
        const error = yield* elapse(Effect.flip(current))
        assert.strictEqual(error._tag === "InvalidCredentials" ? error.code : error._tag, code)
        assert.strictEqual(server.tokenRequests.length, 1)
      }).pipe(Effect.provide(tokensOf(server)))
    })

    it.effect("are asked about once for callers that come at the same time", () => {
      const server = stubServer({
        token: () => ({ status: 401, body: { error: "invalid_client" }, after: "1 second" })
      })
      return Effect.gen(function* () {
        const exits = yield* elapse(together(20))
        assert.isTrue(exits.every(Exit.isFailure))
        assert.strictEqual(server.tokenRequests.length, 1)
      }).pipe(Effect.provide(tokensOf(server)))
    })
  })

  it.effect.each<[string, Answer]>([
    ["granted", { body: { access_token: secret, expires_in: 3600 } }],
    ["refused", { status: 401, body: { error: `${secret} not known`, error_description: secret } }],
    ["unreadable", { body: `{"access_token":"${secret}"` }],
    ["down", { status: 500, body: secret }],
    ["cut", "reset"],
    ["throttled", { status: 429, headers: { "retry-after": "9999" }, body: secret }]
  ])("keeps the secret and the token out of errors, logs and spans (%s)", ([, answer]) => {
    const server = stubServer({ token: () => answer })
    const seen: Array<string> = []
    const logger = Logger.make((entry) => {
      seen.push(inspect([entry.message, entry.cause], { depth: 20 }))
    })
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        const end = span.end.bind(span)
        span.end = (time, exit) => {
          seen.push(span.name, inspect([...span.attributes], { depth: 9 }), inspect(exit, { depth: 20 }))
          end(time, exit)
        }
        return span
      }
    })
    return Effect.gen(function* () {
      const exit = yield* elapse(Effect.exit(current), "1 hour")
      yield* Effect.logInfo(exit)
      seen.push(inspect(exit, { depth: 20, showHidden: true }), JSON.stringify(exit), String(exit))
      assert.isAtLeast(seen.length, 4)
      assert.notInclude(seen.join("\n"), secret)
      assert.notInclude(seen.join("\n"), btoa(`client:${secret}`))
    }).pipe(
      Effect.provide(Layer.merge(tokensOf(server), Logger.layer([logger]))),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.withTracer(tracer)
    )
  })
})
