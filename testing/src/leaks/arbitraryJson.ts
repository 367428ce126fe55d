/** JSON of any shape, and JSON with a marker in every key and value. */
import type { Chance } from "../random/Chance.ts"
import { marker, socialSecurity } from "./markers.ts"

export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [key: string]: Json }

const texts = [
  "",
  " ",
  "Ω mega",
  "🩺",
  "null",
  "line\nbreak",
  'q"uote',
  "\\",
  "<b>",
  "a,b;c",
  "\u2028",
  "%41",
  "é".repeat(9)
]
const numbers = [0, -1, 1, 0.5, 1e21, -0.000_001, 2 ** 53, 1_990_0102]

/** Any JSON, at most `depth` deep. */
export const arbitraryJson = (chance: Chance, depth = 4): Json => {
  const kind = chance.below(depth > 0 ? 7 : 5)
  switch (kind) {
    case 0:
      return null
    case 1:
      return chance.happens(0.5)
    case 2:
      return chance.pick(numbers)
    case 3:
    case 4:
      return chance.pick(texts)
    case 5:
      return Array.from({ length: chance.below(4) }, () => arbitraryJson(chance, depth - 1))
    default:
      return Object.fromEntries(
        Array.from({ length: chance.below(4) }, (_, n) => [
          `${chance.pick(texts)}${n}`,
          arbitraryJson(chance, depth - 1)
        ])
      )
  }
}

/** Puts `text` into every string and key; beside the marker itself, a social security number into the place of some values. */
export const marked = (chance: Chance, json: Json, text: string = marker): Json => {
  const isProtected = text === marker
  if (typeof json === "string") {
    return isProtected && chance.happens(0.1)
      ? socialSecurity.text
      : chance.happens(0.5)
        ? `${json}${text}`
        : `${text} ${json}`
  }
  if (typeof json === "number") return isProtected && chance.happens(0.3) ? socialSecurity.number : json
  if (typeof json !== "object" || json === null) return json
  if (Array.isArray(json)) return json.map((item: Json) => marked(chance, item, text))
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [`${key}${text}`, marked(chance, item, text)]))
}
