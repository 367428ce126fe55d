/**
 * JSON and text as PostgreSQL can hold them. It takes no NUL character and no half of a surrogate pair, neither in text
 * nor in `jsonb`; the vendor's free text may hold either, and one such note must not cost its whole window.
 */
import { hash } from "node:crypto"

/** The escapes that `jsonb` refuses, as `JSON.stringify` writes them. */
const refused = /\\u(?:0000|d[89a-f])/

const storableValue = (value: unknown): unknown => {
  if (typeof value === "string") return storableText(value)
  if (Array.isArray(value)) return value.map(storableValue)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storableValue(item)]))
  }
  return value
}

/** Text without NUL characters and broken surrogate pairs. */
export const storableText = (text: string): string =>
  (text.includes("\u0000") ? text.replaceAll("\u0000", "") : text).toWellFormed()

/** The JSON text of a record. */
export const storableJson = (record: unknown): string => {
  const json = JSON.stringify(record)
  return refused.test(json) ? JSON.stringify(storableValue(record)) : json
}

/** Tells whether a record is the one that is stored, by its JSON text. In hex, as the driver takes it. */
export const contentHash = (json: string): string => hash("sha1", json)
