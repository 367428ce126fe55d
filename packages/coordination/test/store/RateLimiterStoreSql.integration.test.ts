/** The store's functions, at moments of the test's choosing, against Effect's own store in memory. */
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import { SqlClient } from "effect/sql/SqlClient"
import { TestClock } from "effect/testing"
import { coordinationMigrations } from "../../src/migrations/CoordinationMigrations.ts"
import { process } from "../support/processes.ts"

const memory = Effect.map(Layer.build(RateLimiter.layerStoreMemory), (services) =>
  Effect.provideContext(RateLimiter.RateLimiterStore, services)
).pipe(Effect.flatten)

const near = (actual: ReadonlyArray<number>, expected: ReadonlyArray<number>) => {
  for (const [index, value] of expected.entries()) assert.closeTo(actual[index] ?? Number.NaN, value, 1e-3)
}

layer(TestDatabase.layer([coordinationMigrations]))("RateLimiterStoreSql", (it) => {
  it.effect.each(seeds({ short: 5, long: 50 }))(
    "gives out a bucket's tokens as Effect's store in memory does (TEST_SEED=%i)",
    (seed) =>
      Effect.gen(function* () {
        const { below, happens, pick } = chance(seed)
        const sql = yield* SqlClient
        const reference = yield* memory
        const limit = pick([1, 1, 3, 10])
        const refill = pick([1, 20, 66, 1000])
        let now = 1_800_000_000_000
        for (let step = 0; step < 60; step++) {
          now += pick([0, 1, below(refill), below(refill * limit * 2)])
          yield* TestClock.setTime(now)
          const tokens = 1 + below(limit)
          const allowOverflow = happens(0.6)
          const expected = yield* reference.tokenBucket({
            key: `bucket ${seed}`,
            tokens,
            limit,
            refillRate: Duration.millis(refill),
            allowOverflow
          })
          const [row] = yield* sql<{ remaining: number; elapsed: number }>`
            select * from coordination.take(${`bucket ${seed}`}, ${tokens}::float8, ${limit}::float8, ${refill}::float8,
              ${allowOverflow}, ${now}::float8)`
          near([row?.remaining ?? Number.NaN, row?.elapsed ?? Number.NaN], expected)
        }
      })
  )

  it.effect.each(seeds({ short: 3, long: 30 }))(
    "counts a window's tokens as Effect's store in memory does (TEST_SEED=%i)",
    (seed) =>
      Effect.gen(function* () {
        const { below, pick } = chance(seed)
        const sql = yield* SqlClient
        const reference = yield* memory
        const refill = pick([5, 200])
        let now = 1_800_000_000_000
        for (let step = 0; step < 40; step++) {
          now += pick([0, 1, below(refill * 4)])
          yield* TestClock.setTime(now)
          const tokens = 1 + below(3)
          const limit = pick([undefined, 5])
          const expected = yield* reference.fixedWindow({
            key: `window ${seed}`,
            tokens,
            refillRate: Duration.millis(refill),
            limit
          })
          const [row] = yield* sql<{ taken: number; rest: number }>`
            select * from coordination.take_of_window(${`window ${seed}`}, ${tokens}::float8, ${refill}::float8,
              ${limit ?? null}::float8, ${now}::float8)`
          near([row?.taken ?? Number.NaN, row?.rest ?? Number.NaN], expected)
        }
      })
  )

  it.effect("gives callers with different rates turns one after the other, each as long as its caller's", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const at = 1_800_000_000_000
      const turns: Array<number> = []
      for (const refill of [100, 20, 50, 20]) {
        const [row] = yield* sql<{ delay: number }>`
          select greatest(0, ceil(-remaining) * ${refill}::float8 - elapsed) as delay
          from coordination.take('mixed', 1, 1, ${refill}::float8, true, ${at}::float8)`
        turns.push(row?.delay ?? Number.NaN)
      }
      near(turns, [0, 100, 120, 170])
    })
  )

  it.effect("serves Effect's limiter: what all processes take together comes from one bucket", () =>
    Effect.gen(function* () {
      const options = { key: "shared", limit: 3, window: "1 hour", algorithm: "token-bucket" } as const
      const consume = Effect.flatMap(RateLimiter.make, (limiter) => limiter.consume(options))
      const [one, other] = [yield* process(), yield* process()]
      yield* Effect.provideContext(consume, one)
      yield* Effect.provideContext(consume, other)
      yield* Effect.provideContext(consume, one)
      const { reason } = yield* Effect.flip(Effect.provideContext(consume, other))
      assert.strictEqual(reason._tag, "RateLimitExceeded")
    })
  )
})
