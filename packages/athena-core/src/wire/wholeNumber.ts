import type { Scalar } from "./Scalar.ts"

/** A whole number, written as `30` or as `"15"`. */
export const wholeNumber: Scalar<number> = {
  expected: "a whole number",
  parse: (input) => {
    if (typeof input === "boolean") return undefined
    const value = typeof input === "number" ? input : /^\s*-?\d{1,15}\s*$/.test(input) ? Number(input) : Number.NaN
    // Adding zero makes 0 of -0.
    return Number.isSafeInteger(value) ? value + 0 : undefined
  },
  print: String
}
