import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Duration, Effect, Exit, Fiber, Schema } from "effect"
import { Headers } from "effect/http"
import { TestClock } from "effect/testing"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import type { BudgetOptions } from "../../src/rate-limit/BudgetOptions.ts"
import { type Admission, RequestBudget } from "../../src/rate-limit/RequestBudget.ts"

const practice = PracticeId.make("195900")
const otherPractice = PracticeId.make("195901")

const budgetWith = (requestsPerSecond: number, overrides: Partial<BudgetOptions> = {}) =>
  RequestBudget.layer({
    requestsPerSecond,
    appRequestsPerSecond: 100_000,
    startRequestsPerSecond: 5,
    maxConcurrency: 64,
    maxWait: Duration.seconds(60),
    ...overrides
  })

const admit = (practiceId: PracticeId = practice) =>
  Effect.flatMap(RequestBudget, (budget) => budget.admit(practiceId, (admission) => Effect.succeed(admission)))
const refused = (admission: Admission, headers: Record<string, string> = {}) =>
  Effect.flatMap(RequestBudget, (budget) => budget.refused(admission, Headers.fromInput(headers)))
const accepted = (admission: Admission, headers: Record<string, string> = {}) =>
  Effect.flatMap(RequestBudget, (budget) => budget.accepted(admission, Headers.fromInput(headers)))

/** What is admitted within half a second. */
const soon = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("500 millis")
    assert.isDefined(fiber.pollUnsafe())
    return yield* Fiber.join(fiber)
  })

/** Waiters that note when each was admitted. */
const waiters = (count: number, times: Array<number>, practiceId = practice) =>
  Effect.forkScoped(
    Effect.all(
      Array.from({ length: count }, () => Effect.map(admit(practiceId), ({ at }) => times.push(at))),
      { concurrency: "unbounded", discard: true }
    )
  )

/** The most admissions that any second holds which begins with one of them. */
const fullestSecond = (times: ReadonlyArray<number>) => {
  const sorted = [...times].sort((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= 1000) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

const between = (times: ReadonlyArray<number>, from: number, to: number) =>
  times.filter((time) => time >= from && time < to).length

describe("RequestBudget", () => {
  describe("the pace of one practice", () => {
    it.effect.prop(
      "never lets more than N + 1 through in a sliding second, however callers arrive",
      {
        perSecond: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 60 })),
        arrivals: Schema.Array(
          Schema.Struct({
            after: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 })),
            count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))
          })
        ).check(Schema.isMinLength(1), Schema.isMaxLength(6))
      },
      ({ perSecond, arrivals }) => {
        const times: Array<number> = []
        return Effect.gen(function* () {
          for (const { after, count } of arrivals) {
            yield* TestClock.adjust(Duration.millis(after))
            yield* waiters(count, times)
          }
          yield* TestClock.adjust("10 minutes")
          assert.strictEqual(
            times.length,
            arrivals.reduce((sum, { count }) => sum + count, 0)
          )
          assert.isAtMost(fullestSecond(times), perSecond + 1)
        }).pipe(Effect.provide(budgetWith(perSecond)), Effect.scoped)
      },
      { arbitrary: { runs: 40 } }
    )

    it.effect.each([4, 15, 50])(
      "uses at least 95 percent of %i a second after the climb, with 200 waiters",
      (perSecond) => {
        const times: Array<number> = []
        return Effect.gen(function* () {
          yield* waiters(perSecond * 40, times)
          yield* TestClock.adjust("25 seconds")
          assert.isAtLeast(between(times, 5000, 25_000), 0.95 * 20 * perSecond)
          assert.isAtMost(fullestSecond(times), perSecond + 1)
          assert.isAtMost(between(times, 0, 1000), 1.3 * Math.min(5 + perSecond / 4, perSecond), "it starts low")
        }).pipe(Effect.provide(budgetWith(perSecond)))
      }
    )

    it.effect("serves callers in the order of their arrival", () => {
      const order: Array<number> = []
      return Effect.gen(function* () {
        for (let index = 0; index < 20; index++) {
          yield* Effect.forkScoped(Effect.map(admit(), () => order.push(index)))
        }
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(
          order,
          Array.from({ length: 20 }, (_, index) => index)
        )
      }).pipe(Effect.provide(budgetWith(10)))
    })

    it.effect("goes on for the others when one who waits is interrupted", () => {
      const times: Array<number> = []
      return Effect.gen(function* () {
        const impatient = yield* Effect.forkScoped(Effect.all(Array.from({ length: 10 }, () => admit())))
        yield* waiters(10, times)
        yield* TestClock.adjust("100 millis")
        yield* Fiber.interrupt(impatient)
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual(times.length, 10)
      }).pipe(Effect.provide(budgetWith(10)))
    })
  })

  describe("a refusal", () => {
    it.effect("lets nobody through until it is over, and then evenly rather than all at once", () => {
      const times: Array<number> = []
      return Effect.gen(function* () {
        const first = yield* admit()
        yield* waiters(400, times)
        yield* TestClock.adjust("10 seconds")
        const before = times.length
        yield* refused({ ...first, at: yield* Clock.currentTimeMillis }, { "retry-after": "4" })
        yield* TestClock.adjust("3900 millis")
        assert.isAtMost(times.length - before, 1, "one may stand in the door already")
        yield* TestClock.adjust("20 seconds")
        const after = times.filter((time) => time >= 14_000)
        assert.isAtLeast(after.length, 100)
        assert.isAtMost(fullestSecond(after), 16)
        assert.isAtMost(between(after, 14_000, 14_200), 4, "no herd")
      }).pipe(Effect.provide(budgetWith(15)))
    })

    it.effect("lowers the pace once for all requests that were in flight", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        const admissions: Array<Admission> = []
        const eight = yield* Effect.forkScoped(
          Effect.all(
            Array.from({ length: 8 }, () => Effect.map(admit(), (admission) => admissions.push(admission))),
            { concurrency: 8 }
          )
        )
        yield* TestClock.adjust("5 seconds")
        yield* Fiber.join(eight)
        const full = (yield* budget.state(practice)).practice.requestsPerSecond
        for (const admission of admissions) {
          yield* refused(admission, { "retry-after": "1" })
          yield* TestClock.adjust("10 millis")
        }
        const { requestsPerSecond } = (yield* budget.state(practice)).practice
        assert.closeTo(requestsPerSecond, 0.75 * full, 0.01)
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("rests longer each time in a row when nothing is said, and in whole milliseconds", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        const rests: Array<number> = []
        for (let times = 0; times < 8; times++) {
          const admission = yield* admit()
          yield* refused(admission)
          const { pausedUntil } = (yield* budget.state(practice)).practice
          assert.isTrue(Number.isInteger(pausedUntil))
          rests.push(pausedUntil - (yield* Clock.currentTimeMillis))
          yield* TestClock.adjust("31 seconds")
        }
        for (const [index, rest] of rests.entries()) {
          assert.isAtLeast(rest, Math.max(300, 0.5 * Math.min(30_000, 1000 * 2 ** index)))
          assert.isAtMost(rest, Math.min(30_000, 1000 * 2 ** index) + 1)
        }
        const admission = yield* admit()
        yield* accepted(admission)
        yield* TestClock.adjust("1 second")
        yield* refused(yield* admit())
        const { pausedUntil } = (yield* budget.state(practice)).practice
        assert.isAtMost(pausedUntil - (yield* Clock.currentTimeMillis), 1001, "an accepted one ends the row")
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("longer than the patience fails with the time it ends, at once for everyone who waits", () =>
      Effect.gen(function* () {
        const first = yield* admit()
        const fibers = yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.forkScoped(Effect.exit(admit())))
        yield* TestClock.adjust("500 millis")
        yield* refused(first, { "retry-after": "3600" })
        yield* TestClock.adjust("1 second")
        const exits = yield* Effect.forEach(fibers, Fiber.join)
        const failed = exits.filter(Exit.isFailure)
        assert.isAtLeast(failed.length, 40)
        const error = yield* Effect.flip(admit())
        assert.strictEqual(error.scope, "practice")
        assert.strictEqual(DateTime.toEpochMillis(error.retryAt), 3_600_500)
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("of one practice leaves another alone; of two within seconds it slows the app", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        yield* refused(yield* admit(), { "retry-after": "10" })
        const elsewhere = yield* soon(admit(otherPractice))
        assert.isAtMost((yield* budget.state(practice)).app.pausedUntil, 0)
        yield* refused(elsewhere, { "retry-after": "10" })
        assert.isAtLeast((yield* budget.state(practice)).app.pausedUntil, 10_000)
      }).pipe(Effect.provide(budgetWith(15)))
    )
  })

  describe("the app's ceiling", () => {
    it.effect("holds over two practices together and is shared by both", () => {
      const one: Array<number> = []
      const other: Array<number> = []
      return Effect.gen(function* () {
        yield* waiters(400, one)
        yield* waiters(400, other, otherPractice)
        yield* TestClock.adjust("25 seconds")
        const all = [...one, ...other]
        assert.isAtMost(fullestSecond(all), 13)
        assert.isAtLeast(between(all, 5000, 25_000), 0.95 * 20 * 12)
        assert.closeTo(one.length, other.length, 3)
        assert.isAtMost(fullestSecond(one), 13)
      }).pipe(Effect.provide(budgetWith(12, { appRequestsPerSecond: 12 })))
    })

    it.effect("never lets a practice exceed its own ceiling when the app makes it wait", () => {
      const times = [practice, otherPractice, PracticeId.make("195902")].map((id) => ({ id, at: [] as Array<number> }))
      return Effect.gen(function* () {
        for (const { id, at } of times) yield* waiters(200, at, id)
        yield* TestClock.adjust("25 seconds")
        for (const { at } of times) assert.isAtMost(fullestSecond(at), 6)
        assert.isAtMost(fullestSecond(times.flatMap(({ at }) => at)), 11)
      }).pipe(Effect.provide(budgetWith(5, { appRequestsPerSecond: 10 })))
    })
  })

  describe("what the server declares", () => {
    it.effect("rests the whole app until 00:00 GMT once the day's quota is spent", () => {
      const evening = Date.UTC(2026, 7, 1, 22, 0, 0)
      return Effect.gen(function* () {
        yield* TestClock.setTime(evening)
        const admission = yield* admit()
        yield* accepted(admission, { "x-ratelimit-limit": "50000", "x-ratelimit-remaining": "0" })
        const error = yield* Effect.flip(admit(otherPractice))
        assert.strictEqual(error.scope, "daily-quota")
        assert.strictEqual(DateTime.formatIso(error.retryAt), "2026-08-02T00:00:00.000Z")
        const budget = yield* RequestBudget
        assert.deepStrictEqual((yield* budget.state(practice)).dailyQuota, { limit: 50_000, remaining: 0 })
        yield* TestClock.setTime(Date.UTC(2026, 7, 2))
        yield* admit()
      }).pipe(Effect.provide(budgetWith(15)))
    })

    it.effect("is remembered as a gauge while the day's quota lasts", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        yield* accepted(yield* admit(), { "x-ratelimit-limit": "50000", "x-ratelimit-remaining": "49985" })
        assert.deepStrictEqual((yield* budget.state(practice)).dailyQuota, { limit: 50_000, remaining: 49_985 })
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("sets the pace at once, within the ceiling", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        const admission = yield* admit()
        const window = (remaining: number) => ({
          "x-ratelimit-limit": "1000",
          "x-ratelimit-remaining": String(remaining),
          "x-ratelimit-reset": "10"
        })
        yield* accepted(admission, window(80))
        assert.closeTo((yield* budget.state(practice)).practice.requestsPerSecond, 8, 0.01)
        yield* accepted(admission, window(1000))
        assert.strictEqual((yield* budget.state(practice)).practice.requestsPerSecond, 15)
        yield* accepted(admission, window(0))
        assert.strictEqual((yield* budget.state(practice)).practice.pausedUntil, 10_000)
        const next = yield* Effect.forkScoped(admit())
        yield* soon(admit(otherPractice))
        yield* TestClock.adjust("9 seconds")
        assert.isUndefined(next.pollUnsafe())
        yield* TestClock.adjust("2 seconds")
        assert.isAtLeast((yield* Fiber.join(next)).at, 10_000)
      }).pipe(Effect.provide(budgetWith(15)))
    )
  })

  it.effect("runs no more of a practice's calls at once than allowed, and another's beside them", () => {
    let running = 0
    let most = 0
    return Effect.gen(function* () {
      const budget = yield* RequestBudget
      const work = Effect.acquireUseRelease(
        Effect.sync(() => {
          running += 1
          most = Math.max(most, running)
        }),
        () => Effect.sleep("1 second"),
        () =>
          Effect.sync(() => {
            running -= 1
          })
      )
      yield* Effect.forkScoped(
        Effect.all(
          Array.from({ length: 20 }, () => budget.inFlight(practice, work)),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(running, 3)
      yield* Effect.forkScoped(budget.inFlight(otherPractice, work))
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(running, 4)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(running, 0)
      assert.strictEqual(most, 4)
    }).pipe(Effect.provide(budgetWith(15, { maxConcurrency: 3 })))
  })
})
