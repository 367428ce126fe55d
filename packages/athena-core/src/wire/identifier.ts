import { Schema } from "effect"
import type { Scalar } from "./Scalar.ts"

/**
 * An id, which comes as a string or as a number: `5` and `"5"` are the same one. Ids need not be digits (`"H228145"`,
 * `"-5"`) and keep their leading zeros (`"026"`).
 */
export const identifier = <A extends string>(id: Schema.Schema<A>): Scalar<A> => {
  const isId = Schema.is(id)
  const read = (value: string) => (isId(value) ? value : undefined)
  return {
    expected: "an id as text or whole number",
    parse: (input) => {
      if (typeof input === "string") return read(input.trim())
      return typeof input === "number" && Number.isSafeInteger(input) ? read(String(input)) : undefined
    },
    print: (value) => value
  }
}
