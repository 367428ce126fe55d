import { Schema } from "effect"
import { isOpaqueId } from "../ids/OpaqueId.ts"
import type { Scalar } from "./Scalar.ts"

/**
 * An id, which comes as a string or as a number: `5` and `"5"` are the same one. Ids need not be digits (`"H228145"`,
 * `"-5"`) and keep their leading zeros (`"026"`).
 */
export const identifier = <A extends string>(id: Schema.Schema<A>): Scalar<A> => scalarOf(Schema.is(id))

/**
 * An id of which nothing is asked but the form that all have, as its schema says: a record has half a dozen of them, and
 * running the schema for each is what decoding would spend most on.
 */
export const opaqueIdentifier = <A extends string>(_id: Schema.Schema<A>): Scalar<A> =>
  scalarOf((value): value is A => isOpaqueId(value))

const scalarOf = <A extends string>(isId: (value: string) => value is A): Scalar<A> => {
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
