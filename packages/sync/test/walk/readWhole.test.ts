import type { Page } from "@athena-engine/athena-core/endpoints/list"
import { SealedRecord } from "@athena-engine/athena-core/phi/SealedRecord"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { readWhole } from "../../src/walk/readWhole.ts"

/** A page of rows: text for a record with that id, `[id]` for one that does not fit, `[]` for one whose id cannot be read. */
const page = (rows: ReadonlyArray<string | readonly [string?]>, totalCount?: number): Page<string> => ({
  offset: 0,
  records: rows.filter((row) => typeof row === "string"),
  misfits: rows
    .filter((row) => typeof row !== "string")
    .map(([recordId]) => ({ recordId, reason: "expected another", raw: new SealedRecord("provider", "{}") })),
  received: rows.length,
  totalCount,
  hasNext: false
})

const read = (...pages: ReadonlyArray<Page<string>>) =>
  Effect.map(
    readWhole(Stream.fromIterable(pages), (record) => record),
    ({ ids, isWhole, misfits, records }) => ({
      ids,
      isWhole,
      records,
      aside: misfits.map(({ recordId }) => recordId)
    })
  )

describe("a short list", () => {
  it.effect("is its rows, each once, in the order of their ids; a record that fitted once is not aside", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read(page(["b", "a"], 3), page([["b"], ["c"]], 3)), {
        ids: ["b", "a", "c"],
        isWhole: true,
        records: ["a", "b"],
        aside: ["c"]
      })
    })
  )

  it.effect("is whole only if every id could be read and as many came as it says that it has", () =>
    Effect.gen(function* () {
      const isWhole = (...pages: ReadonlyArray<Page<string>>) => Effect.map(read(...pages), (list) => list.isWhole)
      assert.isTrue(yield* isWhole(page(["a", "b"], 2)))
      assert.isTrue(yield* isWhole(page(["a", "b"])), "one page that does not tell is all there is")
      assert.isFalse(yield* isWhole(page(["a"]), page(["b"])), "several that do not tell may have let one through")
      assert.isFalse(yield* isWhole(page(["a", "b"], 3)))
      assert.isFalse(yield* isWhole(page(["a"], 2), page(["a"], 2)), "one slipped through behind another")
      assert.isFalse(yield* isWhole(page(["a"], 2), page(["b"], 3)), "it moved")
      assert.isFalse(yield* isWhole(page(["a", []])))
      assert.isFalse(yield* isWhole(page(["a", []], 1)))
      assert.isFalse(yield* isWhole(page([], 0)), "an outage looks the same")
    })
  )
})
