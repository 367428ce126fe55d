/**
 * The engine's client at limits that it does not know: how many requests it loses to finding them out, and how much of
 * them it uses then.
 */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RequestLimit } from "@athena-engine/simulator/limits/Limits"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Random } from "effect"
import { TestClock } from "effect/testing"
import { callers, fullestSecond, inMemory } from "../support/pinging.ts"

const practice = PracticeId.make("195900")
const others = [PracticeId.make("195901"), PracticeId.make("195902")]
const morning = Date.parse("2026-03-01T10:00:00.250Z")

/** Every way to refuse, and to tell of a window. */
const styles: ReadonlyArray<[string, Partial<RequestLimit>]> = [
  ["429 with seconds", { refusal: "retry-after-seconds" }],
  ["429 with a date", { refusal: "retry-after-date" }],
  ["429 with nothing", { refusal: "bare" }],
  ["429 and a fault of Apigee's", { refusal: "apigee" }],
  ["403 over QPS", { refusal: "mashery-qps" }],
  ["403 over rate", { refusal: "mashery-rate" }],
  ["a window told in epoch seconds", { refusal: "bare", headers: "window-epoch-seconds" }],
  ["a window told in epoch milliseconds", { refusal: "bare", headers: "window-epoch-milliseconds" }],
  ["a window told in seconds to go", { refusal: "bare", headers: "window-seconds-to-go" }]
]

/** The limit, and how many calls are made. */
const sizes: ReadonlyArray<[number, number]> = sized({
  short: [[20, 650]],
  long: [
    [7, 2000],
    [20, 3000],
    [100, 5000]
  ]
})

describe.each(sizes)("an unknown limit of %i a second", (limit, calls) => {
  it.effect.each(styles)(
    "is learned with less than 2 percent refused, and used: %s",
    ([, how]) => {
      const { arrivals, layer } = inMemory({
        limits: { practice: { requests: limit, ...how }, dailyQuota: 1_000_000 }
      })
      return Effect.gen(function* () {
        yield* TestClock.setTime(morning)
        yield* callers(practice, 200)
        let seconds = 0
        for (; arrivals.length < calls; seconds += 5) yield* TestClock.adjust("5 seconds")
        const refused = arrivals.filter(({ status }) => status !== 200)
        assert.isBelow(refused.length / arrivals.length, 0.02)
        const learned = morning + 10_000
        const used = arrivals.filter(({ at, status }) => at >= learned && status === 200).length / (seconds - 10)
        // Of a window that is told, one request is left: an eighth of seven is a lot.
        assert.isAtLeast(used / limit, how.headers !== undefined && limit < 10 ? 0.8 : 0.85)
      }).pipe(Effect.provide(layer), Random.withSeed("the waits are jittered"), Effect.scoped)
    },
    sized({ short: 60_000, long: 600_000 })
  )
})

describe("the day's quota", () => {
  it.effect("without a reset rests everyone until midnight GMT, with less than 2 percent refused", () => {
    const { arrivals, layer } = inMemory(
      { limits: { practice: { requests: 20 }, dailyQuota: 400 } },
      { requestsPerSecond: 15 }
    )
    const midnight = Date.parse("2026-03-02T00:00:00Z")
    return Effect.gen(function* () {
      yield* TestClock.setTime(midnight - 55_000)
      yield* callers(practice, 200)
      yield* TestClock.adjust("65 seconds")
      const refused = arrivals.filter(({ status }) => status !== 200)
      assert.isBelow(refused.length / arrivals.length, 0.02)
      const before = arrivals.filter(({ at }) => at < midnight)
      assert.strictEqual(before.length - refused.length, 400, "all of it is used")
      assert.isAtMost(Math.max(...before.map(({ at }) => at)), midnight - 20_000)
      assert.isAtLeast(arrivals.length - before.length, 100, "and goes on by itself")
    }).pipe(Effect.provide(layer), Effect.scoped)
  })
})

describe("tokens that die early, and more often than new ones may be had", () => {
  it.effect("make nobody leave in a herd when the next token comes", () => {
    const { arrivals, layer } = inMemory(
      {
        limits: { tokensPerMinute: 1000 },
        faults: {
          rules: [
            { when: { probability: 0.05 }, match: { practiceId: practice }, fault: { kind: "tokenDies" } },
            { match: { route: "token" }, fault: { kind: "latency", milliseconds: 3000 } }
          ]
        }
      },
      { requestsPerSecond: 20 }
    )
    return Effect.gen(function* () {
      yield* callers(practice, 200)
      yield* TestClock.adjust("3 minutes")
      assert.isAtLeast(arrivals.length, 200)
      assert.isAtMost(fullestSecond(arrivals.map(({ at }) => at)), 21)
    }).pipe(Effect.provide(layer), Effect.scoped)
  })
})

describe("a practice that is told to wait an hour", () => {
  /** How the other practices fare while this one calls, or does not. */
  const otherPractices = (callsOfThis: number) => {
    const { arrivals, layer } = inMemory(
      {
        limits: {
          practice: { requests: 30 },
          practices: { [practice]: { requests: 3, retryAfterSeconds: 3600 } }
        }
      },
      { requestsPerSecond: 15, appRequestsPerSecond: 50, startRequestsPerSecond: 15 }
    )
    const told: Array<number | undefined> = []
    return Effect.gen(function* () {
      yield* TestClock.setTime(0)
      for (const other of others) yield* callers(other, 50)
      yield* TestClock.adjust("10 seconds")
      yield* callers(practice, callsOfThis, ({ reason }) => {
        told.push(reason._tag === "Throttled" ? DateTime.toEpochMillis(reason.retryAt) : undefined)
      })
      yield* TestClock.adjust("5 seconds")
      const ended = told.length
      yield* TestClock.adjust("25 seconds")
      const rate = (id: PracticeId) =>
        arrivals.filter(({ at, practiceId }) => practiceId === id && at >= 10_000).length / 30
      return { arrivals, ended, told, rates: others.map(rate) }
    }).pipe(Effect.provide(layer), Effect.scoped)
  }

  it.effect(
    "ends all its calls at once, each with the time to come back, and costs the others nothing",
    () =>
      Effect.gen(function* () {
        const { arrivals, ended, rates, told } = yield* otherPractices(200)
        assert.strictEqual(ended, 200, "nobody waits for an hour")
        for (const retryAt of told) assert.isAtLeast(retryAt ?? 0, 3_610_000)
        const own = arrivals.filter(({ practiceId }) => practiceId === practice)
        assert.isAtMost(own.filter(({ status }) => status !== 200).length, 3, "those that were under way")
        const alone = yield* otherPractices(0)
        for (const [n, rate] of rates.entries()) {
          assert.isAtLeast(rate, 0.95 * 15)
          assert.closeTo(rate, alone.rates[n] ?? 0, 0.1)
        }
      }),
    60_000
  )
})
