import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as GroupCommit from "../../src/batching/GroupCommit.ts"

const options = {
  timeout: Duration.seconds(1),
  maxBatch: 3,
  refuse: (why: GroupCommit.Refusal) => why,
  blamesOne: (why: string) => why === "odd"
}

describe("a group commit", () => {
  it.effect("writes the first at once, and all that came meanwhile together, up to the cap", () =>
    Effect.gen(function* () {
      const batches: Array<ReadonlyArray<number>> = []
      const first = yield* Deferred.make<void>()
      const { write } = yield* GroupCommit.make<number, number, string>({
        ...options,
        commit: (items) =>
          Effect.gen(function* () {
            batches.push(items)
            if (batches.length === 1) yield* Deferred.await(first)
            return batches.length
          })
      })
      const one = yield* Effect.forkChild(write(1))
      yield* TestClock.adjust(1)
      const others = yield* Effect.forkChild(Effect.forEach([2, 3, 4, 5], write, { concurrency: "unbounded" }))
      yield* TestClock.adjust(1)
      yield* Deferred.succeed(first, undefined)
      assert.strictEqual(yield* Fiber.join(one), 1)
      assert.deepStrictEqual(yield* Fiber.join(others), [2, 2, 2, 3])
      assert.deepStrictEqual(batches, [[1], [2, 3, 4], [5]])
    })
  )

  it.effect("fails the one item that is to blame, and not its neighbours", () =>
    Effect.gen(function* () {
      const { write } = yield* GroupCommit.make<number, string, string>({
        ...options,
        commit: (items) => (items.includes(13) ? Effect.fail("odd") : Effect.succeed("kept"))
      })
      const exits = yield* Effect.forEach([12, 13, 14], (item) => Effect.exit(write(item)), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(exits, [Exit.succeed("kept"), Exit.fail("odd"), Exit.succeed("kept")])
    })
  )

  it.effect("answers in time when a commit does not, and refuses whoever is one too many", () =>
    Effect.gen(function* () {
      const { waiting, write } = yield* GroupCommit.make<number, void, string>({
        ...options,
        capacity: 3,
        commit: () => Effect.never
      })
      const writing = (item: number) =>
        Effect.tap(Effect.forkChild(Effect.exit(write(item))), () => TestClock.adjust(1))
      const stuck = yield* writing(1)
      const late = yield* Effect.forEach([2, 3, 4], writing)
      assert.strictEqual(yield* waiting, 3)
      assert.deepStrictEqual(yield* Effect.exit(write(5)), Exit.fail("full"))
      // The second batch ends only after this time as well.
      yield* TestClock.adjust(2000)
      const exits = yield* Effect.forEach([stuck, ...late], Fiber.join)
      assert.deepStrictEqual(
        exits,
        Array.from({ length: 4 }, () => Exit.fail("timeout"))
      )
    })
  )

  it.effect("writes out at its end what was handed in, and takes nothing more", () =>
    Effect.gen(function* () {
      const written: Array<number> = []
      const write = yield* Effect.scoped(
        Effect.gen(function* () {
          const { write } = yield* GroupCommit.make<number, void, string>({
            ...options,
            commit: (items) => Effect.sync(() => void written.push(...items))
          })
          yield* Effect.forkDetach(Effect.exit(write(1)))
          yield* Effect.yieldNow
          return write
        })
      )
      assert.deepStrictEqual(written, [1])
      assert.deepStrictEqual(yield* Effect.exit(write(2)), Exit.fail("closed"))
    })
  )
})
