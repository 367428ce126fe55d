import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { isNextLink, nextOffset } from "../../src/pagination/nextOffset.ts"

const count = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

/** Walks as a client would; gives the offsets it asked for. */
const walk = (page: (offset: number) => { received: number; totalCount: number | undefined; hasNext: boolean }) => {
  const offsets: Array<number> = []
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    offsets.push(offset)
    assert.isAtMost(offsets.length, 20_000, "the walk does not end")
    offset = nextOffset({ offset, ...page(offset) })
  }
  return offsets
}

describe("nextOffset", () => {
  it.prop(
    "ends every walk, whatever a server says, and never asks twice for the same offset",
    {
      pages: Schema.Array(
        Schema.Struct({ received: count(1000), totalCount: Schema.UndefinedOr(count(5000)), hasNext: Schema.Boolean })
      )
    },
    ({ pages }) => {
      const empty = { received: 0, totalCount: 1_000_000, hasNext: true }
      let asked = 0
      const offsets = walk(() => pages[asked++] ?? empty)
      assert.isAtMost(offsets.length, pages.length + 1)
      for (const [index, offset] of offsets.entries()) {
        if (index > 0) assert.isAbove(offset, offsets[index - 1] ?? 0)
      }
    },
    { arbitrary: { runs: 300 } }
  )

  it.prop(
    "reads every row of a list that a server clamps to its own page size",
    {
      total: count(2000),
      clamp: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })),
      says: Schema.Boolean
    },
    ({ total, clamp, says }) => {
      let read = 0
      walk((offset) => {
        const received = Math.min(clamp, Math.max(0, total - offset))
        read += received
        return { received, totalCount: says ? total : undefined, hasNext: offset + received < total }
      })
      assert.strictEqual(read, total)
    }
  )

  it("goes on by `totalcount` alone when `next` is missing", () => {
    assert.strictEqual(nextOffset({ offset: 0, received: 10, totalCount: 25, hasNext: false }), 10)
    assert.isUndefined(nextOffset({ offset: 20, received: 5, totalCount: 25, hasNext: false }))
  })

  it("does not go on after an empty page, even with a `next`", () => {
    assert.isUndefined(nextOffset({ offset: 10, received: 0, totalCount: 25, hasNext: true }))
  })

  it("does not believe in a list that never ends", () => {
    assert.isUndefined(nextOffset({ offset: 9_999_999, received: 1000, totalCount: undefined, hasNext: true }))
  })
})

describe("isNextLink", () => {
  it.each<[unknown, boolean]>([
    ["/v1/195900/appointments/booked?LIMIT=271&OFFSET=1000", true],
    ["/v1/1959001/appointments/booked?offset=1", false],
    ["/v1/1/appointments/booked?offset=1", false],
    ["https://elsewhere.test/v1/195900/appointments", false],
    ["//elsewhere.test/v1/195900/", false],
    ["", false],
    [null, false],
    [undefined, false],
    [7, false]
  ])("of %j is %s", (next, expected) => assert.strictEqual(isNextLink(next, "195900"), expected))
})
