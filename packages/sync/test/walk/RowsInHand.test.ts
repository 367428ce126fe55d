import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { makeRowsInHand } from "../../src/walk/RowsInHand.ts"

const daysAtOnce = 8
const pageRows = 1000

interface Seen {
  days: number
  rows: number
  mostDays: number
  mostRows: number
}

/** Reads days of so many rows; tells how many days and rows were in hand at most. */
const readAll = (sizes: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const rowsInHand = yield* makeRowsInHand
    const seen: Seen = { days: 0, rows: 0, mostDays: 0, mostRows: 0 }
    const take = (rows: number, days: number) =>
      Effect.sync(() => {
        seen.rows += rows
        seen.days += days
        seen.mostRows = Math.max(seen.mostRows, seen.rows)
        seen.mostDays = Math.max(seen.mostDays, seen.days)
      })
    yield* Effect.forEach(
      sizes,
      (size) =>
        rowsInHand.hold((makeRoom) =>
          Effect.gen(function* () {
            const first = Math.min(pageRows, size)
            yield* take(first, 1)
            yield* Effect.yieldNow
            yield* makeRoom(size)
            yield* take(size - first, 0)
            yield* Effect.yieldNow
            yield* take(-size, -1)
          })
        ),
      { concurrency: daysAtOnce, discard: true }
    )
    assert.deepInclude(seen, { days: 0, rows: 0 })
    return seen
  })

describe("rows in hand", () => {
  it.effect("let a practice of small days have many of them under way", () =>
    Effect.gen(function* () {
      const { mostDays } = yield* readAll(Array.from({ length: 30 }, () => 40))
      assert.strictEqual(mostDays, daysAtOnce)
    })
  )

  it.effect("are a day or two of a practice of large ones, and first pages of those that wait", () =>
    Effect.gen(function* () {
      const { mostRows } = yield* readAll(Array.from({ length: 30 }, (_, n) => (n % 7 < 2 ? 0 : 5000)))
      assert.isAtMost(mostRows, 6000 + daysAtOnce * pageRows)
    })
  )

  it.effect.prop(
    "are bounded whatever the days are, and no day waits for ever",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40_000 })))],
    ([sizes]) =>
      Effect.gen(function* () {
        const { mostRows } = yield* readAll(sizes)
        assert.isAtMost(mostRows, 6000 + daysAtOnce * pageRows + Math.max(0, ...sizes))
      })
  )
})
