import type { Schema } from "effect"
import type { Scalar } from "./Scalar.ts"

/**
 * An id, which comes as a string or as a number: `5` and `"5"` are the same one. Ids need not be digits (`"H228145"`,
 * `"-5"`) and keep their leading zeros (`"026"`).
 */
export const identifier = <A extends string>(
  id: Schema.Schema<A> & { readonly make: (value: string) => A }
): Scalar<A> => ({
  expected: "an id as text or whole number",
  parse: (input) => {
    if (typeof input === "string") return id.make(input.trim())
    return typeof input === "number" && Number.isSafeInteger(input) ? id.make(String(input)) : undefined
  },
  print: (value) => value
})
