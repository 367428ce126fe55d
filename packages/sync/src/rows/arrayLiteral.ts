/**
 * A column of values as one array parameter, spelled as PostgreSQL spells it. The driver sends a text as it is; an array
 * it would encode value by value, and would have no type to send one with whose values are all null.
 */
import { storableText } from "./storable.ts"

/** Needs no quotes. */
const isPlain = (value: string): boolean =>
  /^[\w.:+-]+$/.test(value) && !(value.length === 4 && value.toLowerCase() === "null")

const quoted = (value: string): string => `"${storableText(value).replace(/["\\]/g, "\\$&")}"`

const element = (value: string | number | null | undefined): string => {
  if (value === null || value === undefined) return "NULL"
  if (typeof value === "number") return String(value)
  return isPlain(value) ? value : quoted(value)
}

export const arrayLiteral = (values: ReadonlyArray<string | number | null | undefined>): string =>
  `{${values.map(element).join(",")}}`
