import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
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
    assert.strictEqual(storableJson(JSON.stringify(clean, null, 1)), JSON.stringify(clean, null, 1))
  })

  it("cleans values and keys at any depth", () => {
    assert.deepStrictEqual(JSON.parse(storableJson(JSON.stringify({ [`k${nul}`]: [{ note: `x${half}` }], n: 1 }))), {
      k: [{ note: "x\ufffd" }],
      n: 1
    })
  })

  it("keeps text that only looks like an escape", () => {
    const record = { note: String.raw`\u0000 and \ud83d` }
    assert.deepStrictEqual(JSON.parse(storableJson(JSON.stringify(record))), record)
  })

  it("keeps a key that is called __proto__", () => {
    assert.strictEqual(storableJson(String.raw`{"__proto__":"x","note":"a\u0000"}`), `{"__proto__":"x","note":"a"}`)
  })

  it("knows an escape in capital letters, and a pair of them for what it is", () => {
    assert.strictEqual(storableJson(String.raw`["\uD83D","\uD83D\uDE00"]`), JSON.stringify(["\ufffd", whole]))
  })

  it("writes numbers that jsonb has no room for as JavaScript has them", () => {
    assert.strictEqual(storableJson(`[1e200000,-1E+999999,1e-99999,1e5]`), "[null,null,0,100000]")
  })

  it.prop("never holds what jsonb refuses, and changes nothing else", [fields], ([entries]) => {
    const value = Object.fromEntries(
      entries.map(([key, item]) => [
        key.join(""),
        Array.isArray(item) ? [item.join(""), { deep: item.join("") }] : item
      ])
    )
    const json = JSON.stringify(value)
    assert.isFalse(isRefused(JSON.parse(storableJson(json))))
    if (!isRefused(value)) assert.deepStrictEqual(JSON.parse(storableJson(json)), JSON.parse(json))
  })
})

describe("contentHash", () => {
  it("tells one content from another", () => {
    assert.strictEqual(contentHash(`{"a":1}`), contentHash(`{"a":1}`))
    assert.notStrictEqual(contentHash(`{"a":1}`), contentHash(`{"a":2}`))
  })
})
