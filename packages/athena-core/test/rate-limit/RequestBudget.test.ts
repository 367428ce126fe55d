import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Duration, Effect, Exit, Fiber, Latch, Schema } from "effect"
import { Headers } from "effect/http"
import { TestClock } from "effect/testing"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import type { BudgetOptions } from "../../src/rate-limit/BudgetOptions.ts"
import { type Admission, BudgetPaused, RequestBudget } from "../../src/rate-limit/RequestBudget.ts"
import { fullestSecond } from "../support/fullestSecond.ts"

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
  Effect.flatMap(RequestBudget, (budget) =>
    budget.admit(practiceId, Effect.void, (admission) => Effect.succeed(admission))
  )
const refused = (admission: Admission, headers: Record<string, string> = {}) =>
  Effect.flatMap(RequestBudget, (budget) => budget.refused(admission, Headers.fromInput(headers)))
const accepted = (admission: Admission, headers: Record<string, string> = {}) =>
  Effect.flatMap(RequestBudget, (budget) => budget.accepted(admission, Headers.fromInput(headers)))

/** Why somebody was not let through. */
const turnedAway = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.filterOrElse(
    Effect.flip(effect),
    (error): error is E & BudgetPaused => error instanceof BudgetPaused,
    () => Effect.die("failed with something else")
  )

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
      { arbitrary: { runs: sized({ short: 40, long: 500 }) }, timeout: sized({ short: 60_000, long: 300_000 }) }
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
        const error = yield* turnedAway(admit())
        assert.strictEqual(error.scope, "practice")
        assert.strictEqual(DateTime.toEpochMillis(error.retryAt), 3_600_500)
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("that grows too long fails everyone at once, also those who wait out the shorter one", () =>
      Effect.gen(function* () {
        const first = yield* admit()
        yield* refused(first, { "retry-after": "30" })
        const fibers = yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.forkScoped(turnedAway(admit())))
        yield* TestClock.adjust("2 seconds")
        yield* refused(first, { "retry-after": "3600" })
        yield* TestClock.adjust(0)
        for (const fiber of fibers) {
          assert.isDefined(fiber.pollUnsafe(), "none waits for the end of the shorter pause")
          assert.strictEqual(DateTime.toEpochMillis((yield* Fiber.join(fiber)).retryAt), 3_602_000)
        }
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("that grows too long fails those who wait for the app or for what they need, too", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        const first = yield* admit()
        const needy = yield* Effect.forkScoped(Effect.flip(budget.admit(practice, Effect.never, () => Effect.void)))
        yield* TestClock.adjust("2 seconds")
        assert.isUndefined(needy.pollUnsafe())
        yield* refused(first, { "retry-after": "3600" })
        yield* TestClock.adjust(0)
        assert.isDefined(needy.pollUnsafe())
        yield* TestClock.adjust("2 hours")
        yield* admit()
      }).pipe(Effect.provide(budgetWith(15)))
    )

    it.effect("that grows within the patience lets nobody through before its end", () => {
      const times: Array<number> = []
      return Effect.gen(function* () {
        const first = yield* admit()
        yield* refused(first, { "retry-after": "10" })
        yield* waiters(50, times)
        yield* TestClock.adjust("5 seconds")
        yield* refused(first, { "retry-after": "40" })
        yield* TestClock.adjust("39999 millis")
        assert.deepStrictEqual(times, [])
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(times.length, 50)
      }).pipe(Effect.provide(budgetWith(15)))
    })

    it.effect.prop(
      "is followed by no herd: the first second holds no more than the lowered pace, however many wait",
      {
        perSecond: Schema.Int.check(Schema.isBetween({ minimum: 4, maximum: 60 })),
        count: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 400 })),
        seconds: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50 }))
      },
      ({ perSecond, count, seconds }) => {
        const times: Array<number> = []
        return Effect.gen(function* () {
          const budget = yield* RequestBudget
          yield* waiters(perSecond * 8 + count, times)
          yield* TestClock.adjust("8 seconds")
          yield* refused(
            { practiceId: practice, at: yield* Clock.currentTimeMillis },
            { "retry-after": String(seconds) }
          )
          const { pausedUntil, requestsPerSecond } = (yield* budget.state(practice)).practice
          assert.isAtMost(requestsPerSecond, 0.75 * perSecond + 1e-9)
          yield* TestClock.adjust(Duration.millis(pausedUntil - (yield* Clock.currentTimeMillis)))
          yield* TestClock.adjust("2 seconds")
          assert.strictEqual(between(times, 8001, pausedUntil), 0)
          assert.isAtMost(between(times, pausedUntil, pausedUntil + 1000), Math.ceil(requestsPerSecond) + 1)
          assert.isAtLeast(between(times, pausedUntil, pausedUntil + 1000), Math.floor(0.9 * requestsPerSecond))
        }).pipe(Effect.provide(budgetWith(perSecond)), Effect.scoped)
      },
      { arbitrary: { runs: sized({ short: 15, long: 100 }) }, timeout: sized({ short: 60_000, long: 300_000 }) }
    )

    it.effect("after a pause that the server had asked for rests longer than it asks", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        const rests: Array<number> = []
        for (let times = 0; times < 5; times++) {
          yield* refused(yield* soon(admit()), { "retry-after": "0" })
          rests.push((yield* budget.state(practice)).practice.pausedUntil - (yield* Clock.currentTimeMillis))
          yield* TestClock.adjust("31 seconds")
        }
        assert.strictEqual(rests[0], 300)
        assert.isAtLeast(rests[4] ?? 0, 8000)
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

  describe("refusals of two practices", () => {
    const third = PracticeId.make("195902")

    it.effect.each<[string, string, string]>([
      ["the first", "3600", "2"],
      ["the second", "2", "3600"],
      ["both", "3600", "3600"]
    ])("make no other practice fail for an hour that %s was told to wait", ([, one, other]) =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        yield* refused(yield* admit(), { "retry-after": one })
        yield* refused(yield* soon(admit(otherPractice)), { "retry-after": other })
        const elsewhere = yield* Effect.forkScoped(admit(third))
        yield* TestClock.adjust("61 seconds")
        assert.isAtMost((yield* Fiber.join(elsewhere)).at, one === other ? 61_000 : 3500)
        assert.isBelow((yield* budget.state(third)).app.requestsPerSecond, 50, "the app goes slower")
      }).pipe(Effect.provide(budgetWith(15, { appRequestsPerSecond: 50, startRequestsPerSecond: 50 })))
    )
  })

  describe("what a request needs", () => {
    it.effect("is waited for at the head of the queue, so that nobody leaves in a herd when it comes", () => {
      const times: Array<number> = []
      return Effect.gen(function* () {
        const budget = yield* RequestBudget
        const there = yield* Latch.make(false)
        const send = (id: PracticeId) =>
          budget.admit(id, Effect.as(there.await, "token"), ({ at }, token) =>
            Effect.sync(() => {
              assert.strictEqual(token, "token")
              times.push(at)
            })
          )
        yield* Effect.forkScoped(
          Effect.all(
            Array.from({ length: 100 }, (_, n) => send(n % 2 === 0 ? practice : otherPractice)),
            { concurrency: "unbounded", discard: true }
          )
        )
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(times, [])
        yield* there.open
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(times.length, 100)
        assert.isAtMost(fullestSecond(times), 11)
      }).pipe(Effect.provide(budgetWith(8, { appRequestsPerSecond: 10 })))
    })

    it.effect("fails the one who waits for it, and leaves the gates open for the next", () =>
      Effect.gen(function* () {
        const budget = yield* RequestBudget
        const failure = yield* Effect.flip(budget.admit(practice, Effect.fail("no token"), () => Effect.void))
        assert.strictEqual(failure, "no token")
        yield* soon(admit())
        yield* soon(admit(otherPractice))
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
        const error = yield* turnedAway(admit(otherPractice))
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
