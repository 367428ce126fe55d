import type { Scalar } from "./Scalar.ts"

const spellings: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["y", true],
  ["1", true],
  ["false", false],
  ["n", false],
  ["0", false]
])

/** A yes or no, written as `true`, `"true"`, `"Y"`, `1`, or their opposites. */
export const flag: Scalar<boolean> = {
  expected: "true or false",
  parse: (input) => (typeof input === "boolean" ? input : spellings.get(String(input).trim().toLowerCase())),
  print: String
}
