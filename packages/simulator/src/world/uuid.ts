import { createHash } from "node:crypto"

/** A text in the form of a UUID, the same for the same key, and another for every other. */
export const uuidOf = (key: string): string => {
  const hex = createHash("sha256").update(key).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
