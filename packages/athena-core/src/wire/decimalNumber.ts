import type { Scalar } from "./Scalar.ts"

/** A number, written as `23`, `"23"` or `"16.5"`. */
export const decimalNumber: Scalar<number> = {
  expected: "a number",
  parse: (input) => {
    if (typeof input === "boolean") return undefined
    const value =
      typeof input === "number" ? input : /^\s*-?\d{1,15}(?:\.\d{1,15})?\s*$/.test(input) ? Number(input) : Number.NaN
    // Adding zero makes 0 of -0.
    return Number.isFinite(value) ? value + 0 : undefined
  },
  print: String
}
