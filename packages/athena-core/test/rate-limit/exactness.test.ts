/**
 * Random days at the gate: practices, callers, answers that take their time, refusals with and without a word, a machine
 * that wakes late, and several processes that share their limits. Whatever happens, no sliding second holds more than N and
 * one for each process, for a practice nor for the app, and what one process was told to rest, all rest.
 */
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Layer } from "effect"
import { Headers } from "effect/http"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import { SharedState } from "../../src/coordination/SharedState.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import type { BudgetOptions } from "../../src/rate-limit/BudgetOptions.ts"
import { RequestBudget } from "../../src/rate-limit/RequestBudget.ts"
import { fullestSecond } from "../support/fullestSecond.ts"

interface Day {
  readonly perSecond: number
  readonly appPerSecond: number
  readonly startPerSecond: number
  readonly processes: number
  readonly practices: ReadonlyArray<{ readonly id: PracticeId; readonly callers: number; readonly calls: number }>
  readonly maxConcurrency: number
  /** An answer takes so long at most. */
  readonly latencyMillis: number
  readonly refusedShare: number
  /** A sleeper is woken so much too late at most, one in `lateOneIn`. */
  readonly lateMillis: number
  readonly lateOneIn: number
}

const dayOf = (seed: number, processes: number): Day => {
  const { below, pick } = chance(seed)
  const perSecond = 1 + below(40)
  return {
    perSecond,
    appPerSecond: pick([1000, perSecond, perSecond + below(perSecond + 1), 1 + below(perSecond)]),
    startPerSecond: pick([5, 10, 1000]),
    processes,
    practices: Array.from({ length: 1 + below(4) }, (_, n) => ({
      id: PracticeId.make(String(195_900 + n)),
      callers: 1 + below(120),
      calls: 10 + below(perSecond * 8)
    })),
    maxConcurrency: pick([1, 8, 64]),
    latencyMillis: pick([0, 50, 400, 3000]),
    refusedShare: pick([0, 0, 0.01, 0.1]),
    lateMillis: pick([0, 5, 60, 800]),
    lateOneIn: pick([1, 3, 20])
  }
}

/** The test's clock, as a busy machine lives by it. */
const lateClock = (late: () => number) =>
  Effect.clockWith((clock) =>
    Effect.succeed<Clock.Clock>({
      ...clock,
      sleep: (duration) => clock.sleep(Duration.sum(duration, Duration.millis(late())))
    })
  )

interface Rest {
  readonly from: number
  readonly until: number
}

const optionsOf = (day: Day): BudgetOptions => ({
  requestsPerSecond: day.perSecond,
  appRequestsPerSecond: day.appPerSecond,
  startRequestsPerSecond: day.startPerSecond,
  maxConcurrency: day.maxConcurrency,
  maxWait: Duration.minutes(60)
})

/** The budgets of the day's processes, which share one store. */
const budgetsOf = Effect.fnUntraced(function* (day: Day) {
  const store = yield* Layer.build(Layer.merge(SharedState.layerLocal, RateLimiter.layerStoreMemory))
  return yield* Effect.forEach(Array.from({ length: day.processes }), () =>
    Layer.build(RequestBudget.layerShared(optionsOf(day))).pipe(
      Effect.provideContext(store),
      Effect.flatMap((services) => Effect.provideContext(RequestBudget, services))
    )
  )
})

const live = (day: Day, seed: number) =>
  Effect.gen(function* () {
    const { below, happens, pick } = chance(seed + 1)
    const budgets = yield* budgetsOf(day)
    const clock = yield* lateClock(() => (below(day.lateOneIn) === 0 ? below(day.lateMillis + 1) : 0))
    const admitted = new Map(day.practices.map(({ id }) => [id, [] as Array<number>]))
    const rests = new Map(day.practices.map(({ id }) => [id, [] as Array<Rest>]))
    let left = day.practices.reduce((sum, { calls }) => sum + calls, 0)

    const call = (budget: RequestBudget["Service"], id: PracticeId) =>
      budget.inFlight(
        id,
        budget.admit(id, Effect.void, (admission) =>
          Effect.gen(function* () {
            admitted.get(id)?.push(admission.at)
            yield* Effect.sleep(Duration.millis(below(day.latencyMillis + 1)))
            if (!happens(day.refusedShare)) return yield* budget.accepted(admission, Headers.empty)
            const seconds = pick([undefined, 0, 1, 3, 20])
            const now = yield* Clock.currentTimeMillis
            yield* budget.refused(
              admission,
              Headers.fromInput(seconds === undefined ? {} : { "retry-after": String(seconds) })
            )
            rests.get(id)?.push({ from: now, until: now + (seconds ?? 0) * 1000 })
          })
        )
      )

    for (const { callers, calls, id } of day.practices) {
      let begun = 0
      const caller = Effect.fnUntraced(function* (budget: RequestBudget["Service"]) {
        while (begun < calls) {
          begun += 1
          if (below(10) === 0) yield* Effect.sleep(Duration.millis(below(2000)))
          yield* Effect.orDie(call(budget, id))
          left -= 1
        }
      })
      yield* Effect.forkScoped(
        Effect.provideService(
          Effect.all(
            Array.from({ length: callers }, (_, n) => caller(budgets[n % budgets.length] as RequestBudget["Service"])),
            { concurrency: "unbounded", discard: true }
          ),
          Clock.Clock,
          clock
        )
      )
    }
    for (let hours = 0; left > 0 && hours < 4; hours++) yield* TestClock.adjust("1 hour")
    return { admitted, left, rests }
  })

const keptExactly = (processes: number) => (seed: number) => {
  const day = dayOf(seed, processes)
  return Effect.gen(function* () {
    const { admitted, left, rests } = yield* live(day, seed)
    assert.strictEqual(left, 0, "every call had its turn")
    for (const [id, times] of admitted) {
      assert.isAtMost(fullestSecond(times), day.perSecond + processes)
      for (const { from, until } of rests.get(id) ?? []) {
        assert.deepStrictEqual(
          times.filter((time) => time > from && time < until),
          [],
          "nobody is sent while the practice rests"
        )
      }
    }
    assert.isAtMost(fullestSecond([...admitted.values()].flat()), day.appPerSecond + processes)
  }).pipe(Effect.scoped)
}

describe("the budget", () => {
  const timeout = sized({ short: 60_000, long: 300_000 })

  it.effect.each(seeds({ short: 15, long: 150 }))(
    "is kept exactly on a random day (TEST_SEED=%i)",
    keptExactly(1),
    timeout
  )

  it.effect.each(seeds({ short: 10, long: 100 }))(
    "is kept exactly by five processes that share it (TEST_SEED=%i)",
    keptExactly(5),
    timeout
  )
})
