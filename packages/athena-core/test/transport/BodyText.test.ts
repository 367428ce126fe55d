import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type BodyText, PieceDecoder } from "../../src/transport/BodyText.ts"

/** Feeds the bytes in pieces of the given lengths, round and round. */
const inPieces = (bytes: Uint8Array, lengths: ReadonlyArray<number>): BodyText => {
  const decoder = new PieceDecoder()
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? 1
    decoder.add(bytes.subarray(at, at + length))
    at += length
  }
  return decoder.finish()
}

const Lengths = Schema.NonEmptyArray(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })))
const Text = Schema.Array(Schema.Union([Schema.String, Schema.Literals(["é", "Ω", "日本", "😀", "\ufeff", "\u0000"])]))

describe("a body's text", () => {
  it.prop("is the same wherever its bytes are cut", [Text, Lengths], ([parts, lengths]) => {
    const bytes = new TextEncoder().encode(parts.join(""))
    const body = inPieces(bytes, lengths)
    assert.strictEqual(body.whole, new TextDecoder().decode(bytes))
    assert.strictEqual(body.pieces.join(""), body.whole)
    assert.strictEqual(body.head(5), body.whole.slice(0, 5))
  })

  it("lacks a mark of the byte order, but not a second one that comes in another piece", () => {
    const bytes = new TextEncoder().encode("\ufeff\ufeff{}")
    for (const length of [1, 3, 4, 9]) assert.strictEqual(inPieces(bytes, [length]).whole, "\ufeff{}")
  })

  it.prop(
    "is what a decoder makes of bytes that are no text, too",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))), Lengths],
    ([numbers, lengths]) => {
      const bytes = Uint8Array.from(numbers)
      const { whole } = inPieces(bytes, lengths)
      const text = new TextDecoder().decode(bytes)
      // How many marks a broken character becomes depends on where it was cut.
      const withoutMarks = (value: string) => value.replaceAll("\ufffd", "")
      assert.strictEqual(withoutMarks(whole), withoutMarks(text))
    }
  )
})
