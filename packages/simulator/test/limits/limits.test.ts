import type { Limits, RefusalStyle } from "@athena-engine/simulator/limits/Limits"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { signIn } from "../support/asking.ts"

const ping = "/v1/195900/ping"

const refusedWith = (refusal: RefusalStyle, more: Partial<NonNullable<Limits["practice"]>> = {}) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-03-01T10:00:00.250Z"))
    const read = yield* signIn
    yield* read(ping)
    return yield* read(ping)
  }).pipe(Effect.provide(Simulator.layer({ limits: { practice: { requests: 1, refusal, ...more } } })))

describe("a limit", () => {
  it.effect("holds for any sliding second, does not count what it refused, and leaves other practices alone", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const statuses = (path: string, times: number) =>
        Effect.map(Effect.all(Array.from({ length: times }, () => read(path))), (answers) =>
          answers.map((a) => a.status)
        )
      assert.deepStrictEqual(yield* statuses(ping, 4), [200, 200, 200, 429])
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(yield* statuses(ping, 1), [429])
      assert.deepStrictEqual(yield* statuses("/v1/195901/ping", 1), [200])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* statuses(ping, 4), [200, 200, 200, 429])
      const { maxPerSecond: ofAll, practices } = yield* (yield* Simulator).statistics
      assert.strictEqual(ofAll, 6)
      const { accepted, maxPerSecond, refused, requests } = practices["195900"] ?? assert.fail()
      assert.deepStrictEqual(
        { accepted, maxPerSecond, refused, requests },
        { accepted: 6, maxPerSecond: 5, refused: 3, requests: 9 }
      )
    }).pipe(Effect.provide(Simulator.layer({ limits: { practice: { requests: 3 } } })))
  )

  it.effect("of the app holds for all practices together, and may be lifted at run time", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      assert.strictEqual((yield* read(ping)).status, 200)
      assert.strictEqual((yield* read("/v1/195901/ping")).status, 429)
      yield* (yield* Simulator).setLimits({})
      assert.strictEqual((yield* read("/v1/195901/ping")).status, 200)
    }).pipe(Effect.provide(Simulator.layer({ limits: { app: { requests: 1 } } })))
  )

  it.effect("refuses by 429 with Retry-After in seconds, as a date, or not at all", () =>
    Effect.gen(function* () {
      const seconds = yield* refusedWith("retry-after-seconds")
      assert.deepStrictEqual([seconds.status, seconds.headers["Retry-After"]], [429, "1"])
      const told = yield* refusedWith("retry-after-seconds", { retryAfterSeconds: -2 })
      assert.strictEqual(told.headers["Retry-After"], "-2")
      const date = yield* refusedWith("retry-after-date", { retryAfterSeconds: 7 })
      assert.strictEqual(date.headers["Retry-After"], "Sun, 01 Mar 2026 10:00:08 GMT")
      assert.isUndefined((yield* refusedWith("bare")).headers["Retry-After"])
      const apigee = yield* refusedWith("apigee")
      assert.strictEqual(JSON.parse(apigee.body).fault.detail.errorcode, "policies.ratelimit.SpikeArrestViolation")
    })
  )

  it.effect("refuses by 403 as Mashery did", () =>
    Effect.gen(function* () {
      const qps = yield* refusedWith("mashery-qps")
      assert.deepStrictEqual([qps.status, qps.body], [403, "<h1>Developer Over Qps</h1>"])
      assert.strictEqual(qps.headers["X-Mashery-Error-Code"], "ERR_403_DEVELOPER_OVER_QPS")
      assert.strictEqual(qps.headers["Content-Type"], "text/xml")
      const rate = yield* refusedWith("mashery-rate")
      assert.strictEqual(rate.headers["X-Error-Detail-Header"], "Account Over Rate Limit")
      assert.isUndefined(rate.headers["Retry-After"])
    })
  )

  it.effect("may tell its window, its reset as epoch seconds, milliseconds or seconds to go, or nothing", () =>
    Effect.gen(function* () {
      const shown = (headers: NonNullable<Limits["practice"]>["headers"] & string) =>
        Effect.map(refusedWith("bare", { headers, windowMilliseconds: 5000 }), ({ headers: h }) => [
          h["X-RateLimit-Limit"],
          h["X-RateLimit-Remaining"],
          h["X-RateLimit-Reset"]
        ])
      const reset = Date.parse("2026-03-01T10:00:05.250Z")
      assert.deepStrictEqual(yield* shown("window-epoch-seconds"), ["1", "0", String(Math.ceil(reset / 1000))])
      assert.deepStrictEqual(yield* shown("window-epoch-milliseconds"), ["1", "0", String(reset)])
      assert.deepStrictEqual(yield* shown("window-seconds-to-go"), ["1", "0", "5"])
      assert.deepStrictEqual(yield* shown("none"), [undefined, undefined, undefined])
    })
  )
})

describe("the app's window", () => {
  it.effect("is told where the practice's limit does not say how to tell its own", () =>
    Effect.gen(function* () {
      const { headers } = yield* (yield* signIn)(ping)
      assert.strictEqual(headers["X-RateLimit-Limit"], "15")
      assert.strictEqual(headers["X-RateLimit-Remaining"], "14")
    }).pipe(
      Effect.provide(
        Simulator.layer({
          limits: { practice: { requests: 5 }, app: { requests: 15, headers: "window-epoch-seconds" } }
        })
      )
    )
  )
})

describe("the daily quota", () => {
  it.effect("is an approximate gauge in the headers, refuses without a reset, and starts anew at midnight GMT", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T23:59:50Z"))
      const read = yield* signIn
      const gauge: Array<number> = []
      for (let i = 0; i < 20; i++) gauge.push(Number((yield* read(ping)).headers["X-RateLimit-Remaining"]))
      assert.deepStrictEqual(gauge.slice(0, 4), [20, 20, 17, 17])
      assert.deepStrictEqual(gauge.slice(-3), [2, 1, 0])
      const refused = yield* read("/v1/195901/ping")
      assert.strictEqual(refused.status, 429)
      assert.isUndefined(refused.headers["X-RateLimit-Reset"])
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* read(ping)).status, 200)
    }).pipe(Effect.provide(Simulator.layer({ limits: { dailyQuota: 20 } })))
  )
})
