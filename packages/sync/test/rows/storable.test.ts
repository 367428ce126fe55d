import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { column } from "../../src/rows/column.ts"
import { contentHash, storableJson, storableText } from "../../src/rows/storable.ts"

const nul = "\u0000"
const half = "\ud83d"
const whole = "\u{1f600}"

/** What PostgreSQL takes neither in text nor in jsonb, found by looking at the values and not at their spelling. */
const isRefused = (value: unknown): boolean => {
  if (typeof value === "string") return value.includes(nul) || !value.isWellFormed()
  if (Array.isArray(value)) return value.some(isRefused)
  return typeof value === "object" && value !== null && Object.entries(value).flat().some(isRefused)
}

/** Text of awkward parts. */
const parts = Schema.Array(Schema.Literals(["a", nul, half, "\ude00", whole, "\\u0000", "\\", "é", '"']))
const fields = Schema.Array(Schema.Tuple([parts, Schema.Union([parts, Schema.Finite, Schema.Null])]))

describe("storableText", () => {
  it("drops NUL characters and replaces halves of surrogate pairs", () => {
    assert.strictEqual(storableText(`a${nul}b${half}c${whole}`), `ab\ufffdc${whole}`)
  })
})

describe("storableJson", () => {
  it("leaves a record without such characters exactly as JSON has it", () => {
    const clean = { note: `5 o'clock ${whole} "é"`, list: [1, null, { deep: true }] }
    assert.strictEqual(storableJson(clean), JSON.stringify(clean))
  })

  it("cleans values and keys at any depth", () => {
    assert.deepStrictEqual(JSON.parse(storableJson({ [`k${nul}`]: [{ note: `x${half}` }], n: 1 })), {
      k: [{ note: "x\ufffd" }],
      n: 1
    })
  })

  it("keeps text that only looks like an escape", () => {
    const record = { note: String.raw`\u0000 and \ud83d` }
    assert.deepStrictEqual(JSON.parse(storableJson(record)), record)
  })

  it("keeps a key that is called __proto__", () => {
    const record: unknown = JSON.parse(`{"__proto__":"x","note":"a\\u0000"}`)
    assert.strictEqual(storableJson(record), `{"__proto__":"x","note":"a"}`)
  })

  it.prop("never holds what jsonb refuses, and changes nothing else", [fields], ([entries]) => {
    const value = Object.fromEntries(
      entries.map(([key, item]) => [
        key.join(""),
        Array.isArray(item) ? [item.join(""), { deep: item.join("") }] : item
      ])
    )
    const parsed: unknown = JSON.parse(storableJson(value))
    assert.isFalse(isRefused(parsed))
    if (!isRefused(value)) assert.strictEqual(storableJson(value), JSON.stringify(value))
  })
})

describe("contentHash", () => {
  it("tells one content from another", () => {
    assert.strictEqual(contentHash(`{"a":1}`), contentHash(`{"a":1}`))
    assert.notStrictEqual(contentHash(`{"a":1}`), contentHash(`{"a":2}`))
  })
})

describe("column", () => {
  it("passes values and nulls through, and spells an array of nothing but nulls for PostgreSQL", () => {
    assert.deepStrictEqual(column(["a", null]), ["a", null])
    assert.deepStrictEqual(column([]), [])
    assert.strictEqual(column([null, null]), "{NULL,NULL}")
  })
})
