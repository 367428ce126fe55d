import { assert, describe, it } from "@effect/vitest"
import { decimalNumber } from "../../src/wire/decimalNumber.ts"

describe("a number", () => {
  it.each<[string | number, number]>([
    [23, 23],
    ["23", 23],
    [" 16.5 ", 16.5],
    ["-978.7", -978.7],
    [-0, 0]
  ])("is read from %s", (input, value) => assert.strictEqual(decimalNumber.parse(input), value))

  it.each<string | number | boolean>(["1e3", "1,000", "", ".", Number.NaN, Number.POSITIVE_INFINITY, true])(
    "is not read from %s",
    (input) => assert.strictEqual(decimalNumber.parse(input), undefined)
  )
})
