import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import type { BudgetOptions } from "../../src/rate-limit/BudgetOptions.ts"
import * as Priority from "../../src/rate-limit/Priority.ts"
import { makePriorityDoor } from "../../src/rate-limit/PriorityDoor.ts"
import { RequestBudget } from "../../src/rate-limit/RequestBudget.ts"
import { makeTurns } from "../../src/rate-limit/Turns.ts"

const practice = PracticeId.make("195900")

const budgetWith = (overrides: Partial<BudgetOptions>) =>
  RequestBudget.layer({
    requestsPerSecond: 10,
    appRequestsPerSecond: 1000,
    startRequestsPerSecond: 1000,
    maxConcurrency: 1000,
    maxWait: Duration.seconds(60),
    ...overrides
  })

/** One request of each, which notes who it was when it is let through. */
const request = (order: Array<Priority.Priority>, priority: Priority.Priority, practiceId = practice) =>
  Effect.flatMap(RequestBudget, (budget) =>
    budget.inFlight(
      practiceId,
      budget.admit(practiceId, Effect.void, () => Effect.sync(() => order.push(priority)))
    )
  ).pipe(Priority.as(priority))

const requests = (count: number, order: Array<Priority.Priority>, priority: Priority.Priority) =>
  Effect.forEach(Array.from({ length: count }), () => Effect.forkScoped(request(order, priority)), { discard: true })

const countOf = (order: ReadonlyArray<Priority.Priority>, priority: Priority.Priority) =>
  order.filter((one) => one === priority).length

describe("turns", () => {
  it.each(seeds({ short: 20, long: 500 }))(
    "keep the shares in every span in which somebody waits, whoever else comes and goes (TEST_SEED=%i)",
    (seed) => {
      const { below, happens } = chance(seed)
      const turns = makeTurns()
      const waits = { interactive: true, events: true, sync: true }
      const steady = below(3)
      const given: Array<Priority.Priority> = []
      for (let turn = 0; turn < 400; turn++) {
        if (happens(0.2)) waits.interactive = !waits.interactive
        if (steady !== 1 && happens(0.2)) waits.events = !waits.events
        if (steady !== 2 && happens(0.2)) waits.sync = !waits.sync
        const isWaiting = { ...waits, ...(steady === 0 ? {} : { [steady === 1 ? "events" : "sync"]: true }) }
        const next = turns.next((priority) => isWaiting[priority])
        if (next === undefined) {
          assert.deepStrictEqual(isWaiting, { interactive: false, events: false, sync: false })
          continue
        }
        assert.isTrue(isWaiting[next], "nobody is given a turn who does not wait")
        given.push(next)
      }
      for (let from = 0; from + 11 <= given.length; from++) {
        const span = given.slice(from, from + 11)
        if (steady === 1) assert.isAtLeast(countOf(span, "events"), 2)
        if (steady === 2) assert.isAtLeast(countOf(span.slice(1), "sync"), 1)
      }
    }
  )

  it("go to the most urgent for all but the guaranteed shares", () => {
    const turns = makeTurns()
    const given = Array.from({ length: 1000 }, () => turns.next(() => true) ?? "sync")
    assert.closeTo(countOf(given, "interactive"), 700, 2)
    assert.closeTo(countOf(given, "events"), 200, 2)
    assert.closeTo(countOf(given, "sync"), 100, 2)
  })
})

describe("the door", () => {
  it.effect("serves equals in the order of their arrival, and loses no permit when waiters are interrupted", () => {
    const order: Array<number> = []
    return Effect.gen(function* () {
      const door = makePriorityDoor(1)
      const first = yield* Effect.forkScoped(door.withPermit(Effect.sleep("1 second")))
      yield* TestClock.adjust(0)
      const fibers = yield* Effect.forEach(
        Array.from({ length: 6 }, (_, n) => n),
        (n) => Effect.forkScoped(door.withPermit(Effect.sync(() => order.push(n))))
      )
      yield* TestClock.adjust(0)
      yield* Fiber.interrupt(fibers[1] as Fiber.Fiber<number>)
      yield* Fiber.interrupt(fibers[4] as Fiber.Fiber<number>)
      // The one who holds it is interrupted, and in the same instant the one who is given it.
      yield* Effect.all([Fiber.interrupt(first), Fiber.interrupt(fibers[0] as Fiber.Fiber<number>)], {
        concurrency: "unbounded"
      })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(
        order.filter((n) => n !== 0),
        [2, 3, 5]
      )
      yield* door.withPermit(Effect.void)
    })
  })

  it.effect.each(seeds({ short: 10, long: 200 }))(
    "never has more inside than permits, and serves all, whoever gives up (TEST_SEED=%i)",
    (seed) =>
      Effect.gen(function* () {
        const { below, happens, pick } = chance(seed)
        const permits = 1 + below(4)
        const door = makePriorityDoor(permits)
        let inside = 0
        const visit = Effect.acquireUseRelease(
          Effect.sync(() => {
            inside += 1
            assert.isAtMost(inside, permits)
          }),
          () => Effect.sleep(Duration.millis(below(50))),
          () =>
            Effect.sync(() => {
              inside -= 1
            })
        )
        const fibers: Array<Fiber.Fiber<void>> = []
        for (let n = 0; n < 60; n++) {
          fibers.push(yield* Effect.forkScoped(Priority.as(pick(Priority.priorities))(door.withPermit(visit))))
          yield* TestClock.adjust(Duration.millis(below(20)))
          if (happens(0.3)) yield* Fiber.interrupt(pick(fibers))
        }
        yield* TestClock.adjust("10 seconds")
        for (const fiber of fibers) assert.isDefined(fiber.pollUnsafe())
        assert.strictEqual(inside, 0)
      })
  )
})

describe("priorities in the budget", () => {
  it.effect("let an interactive request pass all that wait, after the one in the door", () => {
    const order: Array<Priority.Priority> = []
    return Effect.gen(function* () {
      yield* requests(100, order, "sync")
      yield* requests(20, order, "events")
      yield* TestClock.adjust("2 seconds")
      const before = order.length
      yield* requests(1, order, "interactive")
      yield* TestClock.adjust("1 second")
      // One stands in the door, and one may be owed a turn.
      assert.include(order.slice(before, before + 3), "interactive")
    }).pipe(Effect.provide(budgetWith({})), Effect.scoped)
  })

  it.effect("starve nobody: a sync and requests for events go on beside a flood of interactive ones", () => {
    const order: Array<Priority.Priority> = []
    return Effect.gen(function* () {
      yield* requests(300, order, "interactive")
      yield* requests(300, order, "events")
      yield* requests(300, order, "sync")
      yield* TestClock.adjust("30 seconds")
      const settled = order.slice(0, 200)
      assert.closeTo(countOf(settled, "interactive"), 140, 4)
      assert.closeTo(countOf(settled, "events"), 40, 4)
      assert.closeTo(countOf(settled, "sync"), 20, 4)
    }).pipe(Effect.provide(budgetWith({})), Effect.scoped)
  })

  it.effect("hold for the places in flight too, which a sync has all taken", () => {
    const order: Array<Priority.Priority> = []
    return Effect.gen(function* () {
      yield* requests(100, order, "sync")
      yield* TestClock.adjust("1 second")
      const before = order.length
      yield* requests(1, order, "interactive")
      yield* TestClock.adjust("1 second")
      assert.include(order.slice(before, before + 4), "interactive")
    }).pipe(Effect.provide(budgetWith({ maxConcurrency: 2 })), Effect.scoped)
  })
})
