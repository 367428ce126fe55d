import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { cachedReference } from "../../src/cache/cachedReference.ts"
import { ListDepartments } from "../../src/endpoints/practice/ListDepartments.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const another = PracticeId.make("195902")
const departments = { body: { totalcount: 1, departments: [{ departmentid: "1", name: "Rome Office" }] } }

const on = (api: (sent: Sent) => Answer = () => departments) => {
  const server = stubServer({ api })
  return { server, athena: athenaOn(server) }
}

/** Lets the clock run until the effect has ended. */
const settle = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

describe("a cache of a practice's own data", () => {
  it.effect("asks once for as long as the answer may be kept, each practice apart", () => {
    const { athena, server } = on()
    return Effect.gen(function* () {
      const cache = yield* cachedReference(ListDepartments, { timeToLive: Duration.minutes(10) })
      const [first] = yield* settle(cache.records({ practiceId }))
      const [again] = yield* settle(cache.records({ practiceId }))
      assert.strictEqual(first, again)
      assert.strictEqual(server.requests.length, 1)
      yield* settle(cache.records({ practiceId: another }))
      assert.strictEqual(server.requests.length, 2)
      yield* TestClock.adjust(Duration.minutes(11))
      yield* settle(cache.records({ practiceId }))
      assert.strictEqual(server.requests.length, 3)
    }).pipe(Effect.provide(athena))
  })

  it.effect("lets those who ask at the same time share one answer", () => {
    const { athena, server } = on()
    return Effect.gen(function* () {
      const cache = yield* cachedReference(ListDepartments, { timeToLive: Duration.minutes(10) })
      yield* settle(Effect.replicateEffect(cache.records({ practiceId }), 20, { concurrency: "unbounded" }))
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(athena))
  })

  it.effect("keeps no error, and asks anew for what is to be forgotten", () => {
    const { athena, server } = on(({ index }) => (index === 0 ? { status: 404, body: { error: "x" } } : departments))
    return Effect.gen(function* () {
      const cache = yield* cachedReference(ListDepartments, { timeToLive: Duration.minutes(10) })
      yield* settle(Effect.flip(cache.records({ practiceId })))
      yield* settle(cache.records({ practiceId }))
      assert.strictEqual(server.requests.length, 2)
      yield* cache.forget({ practiceId })
      yield* settle(cache.records({ practiceId }))
      assert.strictEqual(server.requests.length, 3)
    }).pipe(Effect.provide(athena))
  })
})
