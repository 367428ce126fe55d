/**
 * JSON as RFC 8785 (JCS) writes it, for the values that audit entries hold: strings, safe
 * integers, null, arrays and objects. One value has one form, so its bytes can be hashed.
 */

/** What an entry may hold. No fractions and no booleans: other languages need not agree on them. */
export type CanonicalValue =
  | string
  | number
  | null
  | ReadonlyArray<CanonicalValue>
  | { readonly [key: string]: CanonicalValue }

const isList = (value: CanonicalValue): value is ReadonlyArray<CanonicalValue> => Array.isArray(value)

const isText = (value: CanonicalValue): boolean => typeof value === "string"

const write = (value: CanonicalValue): string => {
  if (value === null || typeof value === "string") return JSON.stringify(value)
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("An audit entry holds safe integers only")
    return String(value)
  }
  // A page names thousands of ids; a list of nothing but texts has this form already.
  if (isList(value) && value.every(isText)) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(write).join(",")}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(",")}}`
}

const encoder = new TextEncoder()

/** UTF-8 bytes: members sorted by UTF-16 code units, no white space. Throws on a number that is no safe integer. */
export const canonicalJson = (value: CanonicalValue): Uint8Array => encoder.encode(write(value))
