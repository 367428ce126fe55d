/**
 * JSON and text as PostgreSQL can hold them. It takes no NUL character and no half of a surrogate pair, neither in text
 * nor in `jsonb`, and no number of more than some ten thousand digits; the vendor's records may hold any of them, and
 * one such note must not cost its whole window.
 */
import { hash } from "node:crypto"
import { revealText } from "@athena-engine/athena-core/phi/reveal"
import type { SealedRecord } from "@athena-engine/athena-core/phi/SealedRecord"

/** Escapes that `jsonb` refuses, and numbers that may be too large for it. */
const refused = /\\u(?:0000|d[89a-f])|\de[+-]?\d{3}/i

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

/** JSON text without what `jsonb` refuses; nearly always as it is. */
export const storableJson = (json: string): string =>
  refused.test(json) ? JSON.stringify(storableValue(JSON.parse(json))) : json

/** The JSON of one of the vendor's records, to be written to the database. */
export const storableRecord = (record: SealedRecord): string => storableJson(revealText(record, "storage"))

/** Tells whether a record is the one that is stored, by its JSON text. In hex, as the driver takes it. */
export const contentHash = (json: string): string => hash("sha1", json)
