import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { takeApart } from "../../src/wire/takeApart.ts"

const key = "appointments"
const Lengths = Schema.NonEmptyArray(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })))

const cut = (text: string, lengths: ReadonlyArray<number>): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  for (let at = 0, n = 0; at < text.length; n++) {
    const length = lengths[n % lengths.length] ?? 1
    pieces.push(text.slice(at, at + length))
    at += length
  }
  return pieces
}

const tricky = [`"`, `\\`, `\\"`, `],"${key}":[`, "}{", ",", "[]", `{"${key}":[1]}`]
const Value = Schema.Union([
  Schema.Json,
  Schema.Literals(tricky),
  Schema.Array(Schema.Literals(tricky)),
  Schema.Record(Schema.Literals(tricky), Schema.Json)
])

describe("a list taken apart", () => {
  it.prop(
    "is the list, whatever its elements are, what is around them, and wherever it is cut",
    {
      elements: Schema.Array(Value),
      before: Schema.Record(Schema.String, Value),
      after: Schema.Record(Schema.String, Value),
      lengths: Lengths,
      spaces: Schema.Literals([0, 2])
    },
    ({ elements, before, after, lengths, spaces }) => {
      const { [key]: _, ...rest } = { ...before, ...after }
      const { [key]: __, ...leading } = before
      const body = { ...leading, [key]: elements, ...rest }
      const apart = takeApart(cut(JSON.stringify(body, null, spaces), lengths), key)
      assert.isDefined(apart)
      assert.deepStrictEqual(JSON.parse(apart?.envelope ?? ""), JSON.parse(JSON.stringify({ ...body, [key]: [] })))
      assert.deepStrictEqual(
        apart?.elements.map((element) => JSON.parse(element)),
        JSON.parse(JSON.stringify(elements))
      )
    },
    { arbitrary: { runs: 500 } }
  )

  it.prop("that is cut short is none", [Schema.Array(Value), Lengths, Schema.Int], ([elements, lengths, at]) => {
    const text = JSON.stringify({ totalcount: 1, [key]: elements })
    const short = text.slice(0, Math.abs(at) % (text.length - 1))
    assert.isUndefined(takeApart(cut(short, lengths), key))
  })

  it("gives elements that are no JSON away to whoever parses them", () => {
    assert.deepStrictEqual(takeApart([`{"${key}":[{},]}`], key)?.elements, ["{}", ""])
    assert.deepStrictEqual(takeApart([`{"${key}":[{"a" 1}]}`], key)?.elements, ['{"a" 1}'])
    assert.deepStrictEqual(takeApart([`{"${key}":[ ]}`], key)?.elements, [])
  })

  it("is none without its array at the top", () => {
    for (const text of ["[]", "{}", `{"${key}":null}`, `{"inner":{"${key}":[]}}`, `["${key}",[1]]`, ""]) {
      assert.isUndefined(takeApart([text], key), text)
    }
  })

  it("goes on where an element is longer than any piece", () => {
    const long = { note: "x".repeat(3_000_000), list: [1, 2] }
    const text = JSON.stringify({ [key]: [1, long, 2] })
    const apart = takeApart(cut(text, [65_536]), key)
    assert.deepStrictEqual(
      apart?.elements.map((element) => JSON.parse(element)),
      [1, long, 2]
    )
  })
})
