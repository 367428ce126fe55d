import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Layer, Option } from "effect"
import { Headers } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import { SharedState } from "../../src/coordination/SharedState.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import type { BudgetOptions } from "../../src/rate-limit/BudgetOptions.ts"
import * as Priority from "../../src/rate-limit/Priority.ts"
import { daysFor, forecastOf } from "../../src/rate-limit/QuotaForecast.ts"
import { type BudgetPaused, RequestBudget } from "../../src/rate-limit/RequestBudget.ts"

const practice = PracticeId.make("195900")
const day = Date.UTC(2026, 7, 1)
const tomorrow = "2026-08-02T00:00:00.000Z"

const options: BudgetOptions = {
  requestsPerSecond: 100,
  appRequestsPerSecond: 100,
  startRequestsPerSecond: 100,
  maxConcurrency: 64,
  maxWait: Duration.seconds(60)
}

/** A vendor that counts a day's calls, of ours and of others, and tells of it as the real one does. */
const vendor = (limit: number) => {
  let used = 0
  const headers = () => {
    const left = Math.max(0, limit - used)
    // An approximate gauge; exact at the end.
    const shown = left > 10 ? left - (left % 3) + 2 : left
    return Headers.fromInput({ "x-ratelimit-limit": String(limit), "x-ratelimit-remaining": String(shown) })
  }
  return {
    use: (calls = 1) => {
      used += calls
    },
    headers,
    used: () => used
  }
}
type Vendor = ReturnType<typeof vendor>

/** One call, answered at once. */
const call = (budget: RequestBudget["Service"], server: Vendor) =>
  budget.admit(practice, Effect.void, (admission) => {
    server.use()
    return budget.accepted(admission, server.headers())
  })

/** Calls until there are no more to be had; how many there were, and why it ended. */
const callUntilTurnedAway = (budget: RequestBudget["Service"], server: Vendor) =>
  Effect.gen(function* () {
    let calls = 0
    const error = yield* Effect.flip(
      Effect.forever(
        Effect.tap(call(budget, server), () =>
          Effect.sync(() => {
            calls += 1
          })
        )
      )
    )
    return { calls, error: error as BudgetPaused }
  })

/** Lets a call wait for its beat. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("1 minute")
    assert.isDefined(fiber.pollUnsafe())
    return yield* Effect.flatten(
      Effect.sync(() => fiber.pollUnsafe() as NonNullable<ReturnType<typeof fiber.pollUnsafe>>)
    )
  })

const budgets = Effect.fnUntraced(function* (count: number, overrides: Partial<BudgetOptions> = {}) {
  const store = yield* Layer.build(Layer.merge(SharedState.layerLocal, RateLimiter.layerStoreMemory))
  return yield* Effect.forEach(Array.from({ length: count }), () =>
    Layer.build(RequestBudget.layerShared({ ...options, ...overrides })).pipe(
      Effect.provideContext(store),
      Effect.flatMap((services) => Effect.provideContext(RequestBudget, services))
    )
  )
})

describe("the day's quota", () => {
  it.effect("stops a sync at the reserve, events at half of it, and whoever waits for an answer at the end", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(day)
      const [budget] = yield* budgets(1)
      assert.isDefined(budget)
      const server = vendor(1000)
      const sync = yield* inTime(Priority.sync(callUntilTurnedAway(budget, server)))
      assert.closeTo(sync.calls, 900, 6)
      assert.strictEqual(sync.error.scope, "daily-reserve")
      assert.strictEqual(DateTime.formatIso(sync.error.retryAt), tomorrow)
      const events = yield* inTime(Priority.events(callUntilTurnedAway(budget, server)))
      assert.closeTo(sync.calls + events.calls, 950, 6)
      assert.strictEqual(events.error.scope, "daily-reserve")
      const interactive = yield* inTime(callUntilTurnedAway(budget, server))
      assert.strictEqual(server.used(), 1000)
      assert.isAtLeast(interactive.calls, 44)
      assert.strictEqual(interactive.error.scope, "daily-quota")
      assert.strictEqual(DateTime.formatIso(interactive.error.retryAt), tomorrow)

      yield* TestClock.setTime(day + 86_400_000)
      yield* inTime(Priority.sync(call(budget, vendor(1000))))
    }).pipe(Effect.scoped)
  )

  it.effect("stops a backfill half-way to the reserve, and leaves the other half to the day's other syncs", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(day)
      const [budget] = yield* budgets(1, { dailyReserve: 0.2 })
      assert.isDefined(budget)
      const server = vendor(1000)
      const backfill = yield* inTime(Priority.backfill(callUntilTurnedAway(budget, server)))
      assert.closeTo(backfill.calls, 400, 6)
      assert.strictEqual(backfill.error.scope, "backfill-share")
      assert.strictEqual(DateTime.formatIso(backfill.error.retryAt), tomorrow)
      const nightly = yield* inTime(Priority.sync(callUntilTurnedAway(budget, server)))
      assert.closeTo(backfill.calls + nightly.calls, 800, 6)
      const event = yield* inTime(Priority.backfill(Priority.events(callUntilTurnedAway(budget, server))))
      assert.isAbove(event.calls, 90, "what is more urgent within it is no backfill")

      yield* TestClock.setTime(day + 86_400_000)
      yield* inTime(Priority.backfill(call(budget, vendor(1000))))
    }).pipe(Effect.scoped)
  )

  it.effect("counts what another process and another program of the app used", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(day)
      const [one, other] = yield* budgets(2, { dailyReserve: 0.2 })
      assert.isDefined(one)
      assert.isDefined(other)
      const server = vendor(1000)
      const hundred = Effect.all(Array.from({ length: 100 }, () => Priority.sync(call(one, server))))
      yield* inTime(hundred)
      const forecast = Option.getOrThrow(yield* other.forecast)
      assert.closeTo(forecast.remaining, 900, 6)
      assert.closeTo(forecast.mayUse.sync, 700, 6)
      server.use(690)
      const { calls, error } = yield* inTime(Priority.sync(callUntilTurnedAway(other, server)))
      assert.isAtMost(calls, 16)
      assert.strictEqual(error.scope, "daily-reserve")
      const elsewhere = yield* inTime(Effect.flip(Priority.sync(call(one, server))))
      assert.strictEqual((elsewhere as BudgetPaused).scope, "daily-reserve")
    }).pipe(Effect.scoped)
  )

  it.effect("is what was configured, where the server says nothing", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(day)
      const [budget] = yield* budgets(1, { dailyQuota: 200 })
      assert.isDefined(budget)
      const silent = { ...vendor(200), headers: () => Headers.empty }
      assert.strictEqual((yield* inTime(Priority.sync(callUntilTurnedAway(budget, silent)))).calls, 180)
      const interactive = yield* inTime(callUntilTurnedAway(budget, silent))
      assert.strictEqual(interactive.calls, 20)
      assert.strictEqual(interactive.error.scope, "daily-quota")
    }).pipe(Effect.scoped)
  )

  it.effect.each(seeds({ short: 10, long: 100 }))(
    "leaves its reserve to the higher priorities, whatever the mix of processes, priorities and other programs (TEST_SEED=%i)",
    (seed) =>
      Effect.gen(function* () {
        const { below, happens, pick } = chance(seed)
        yield* TestClock.setTime(day)
        const limit = 100 + below(400)
        const processes = yield* budgets(1 + below(4))
        const server = vendor(limit)
        let turnedAway = 0
        for (let step = 0; step < 3 * limit && turnedAway < 10; step++) {
          const budget = pick(processes)
          const left = limit - server.used()
          const exit = yield* inTime(Effect.exit(Priority.sync(call(budget, server))))
          if (exit._tag === "Failure") {
            turnedAway += 1
            assert.isAtMost(left, Math.ceil(0.1 * limit) + 8, "no more is kept than the reserve")
          } else assert.isAbove(left, Math.ceil(0.1 * limit) - 8, "nothing of the reserve is used")
          // Others' use shows with the next answer.
          if (happens(0.1)) server.use(Math.min(3, limit - server.used()))
        }
        assert.strictEqual(turnedAway, 10)
        yield* inTime(call(pick(processes), server))
      }).pipe(Effect.scoped)
  )
})

describe("the forecast", () => {
  it("tells when the quota will be spent, and that it lasts where it does", () => {
    const noon = day + 43_200_000
    const fast = forecastOf({ limit: 50_000, remaining: 10_000, perSecond: 1 }, 0.1, noon)
    assert.deepStrictEqual(fast.mayUse, { interactive: 10_000, events: 7500, sync: 5000, backfill: 0 })
    assert.strictEqual(fast.used, 40_000)
    assert.strictEqual(DateTime.formatIso(fast.resetsAt), tomorrow)
    assert.strictEqual(DateTime.toEpochMillis(Option.getOrThrow(fast.spentAt)), noon + 10_000_000)
    const slow = forecastOf({ limit: 50_000, remaining: 10_000, perSecond: 0.1 }, 0.1, noon)
    assert.isTrue(Option.isNone(slow.spentAt))
    assert.strictEqual(
      forecastOf({ limit: 50_000, remaining: 40_000, perSecond: 0 }, 0.1, noon).mayUse.backfill,
      12_500
    )
    assert.strictEqual(daysFor(160_000, "backfill", 50_000, 0.1), 8)
    assert.strictEqual(daysFor(45_000, "sync", 50_000, 0.1), 1)
    const over = forecastOf({ limit: 100, remaining: -3, perSecond: 0 }, 0.1, noon)
    assert.deepStrictEqual(over.mayUse, { interactive: 0, events: 0, sync: 0, backfill: 0 })
    assert.strictEqual(over.remaining, 0)
  })
})
