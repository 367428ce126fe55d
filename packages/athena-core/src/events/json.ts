/** Reading JSON of which nothing is known: whatever is not of the form that is asked for is not there. */

/** Ids, references and stamps are shorter; what is longer is none, and not worth a look. */
const longest = 500

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null

/** What an object has under a key, of its own. */
export const field = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** The items of an array; one that stands alone is taken for an array of it. */
export const items = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

/** A short text, without white space around it; numbers as their digits. */
export const shortText = (value: unknown): string | undefined => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === "string" && value.length <= longest ? value.trim() : undefined
}
