/**
 * Names put together from syllables, so that they look like names and belong to nobody.
 */
import { pick } from "./random.ts"

const givenStarts = [
  "Ta",
  "Ve",
  "Mo",
  "Li",
  "Ka",
  "Ro",
  "Ne",
  "Su",
  "Jo",
  "Bri",
  "Ella",
  "Cor",
  "Da",
  "Fi",
  "Gwe",
  "Har"
]
const givenMiddles = ["vo", "ri", "la", "mi", "no", "sa", "de", "thu", "ke", "ra"]
const givenEnds = ["rin", "lla", "nis", "wen", "dor", "mira", "tus", "lyn", "ban", "sha", "vex", "no"]
const familyStarts = [
  "Mel",
  "Thorn",
  "Quill",
  "Bar",
  "Ash",
  "Wex",
  "Hol",
  "Dray",
  "Fen",
  "Pell",
  "Kest",
  "Orr",
  "Van ",
  "O'",
  "St. "
]
const familyMiddles = ["Brask", "lo", "der", "ing", "a", "Mar", "tre", "wick"]
const familyEnds = ["ford", "well", "ster", "vane", "mere", "gast", "by", "low", "-Tarn", "ney", "quist"]
const streets = ["Larkspur", "Foundry", "Old Mill", "Copper Beech", "Harborview", "Juniper", "Tannery", "Meadowlark"]
const towns: ReadonlyArray<readonly [town: string, state: string, zip: string]> = [
  ["Alderbrook", "MA", "019"],
  ["Stonewick", "GA", "301"],
  ["Fernley Falls", "NY", "128"],
  ["Port Hollis", "ME", "040"],
  ["Cedar Notch", "CA", "945"]
]

/** A given name of two or three syllables. */
export const givenName = (bits: number): string =>
  pick(givenStarts, bits) + (bits & 0x100 ? pick(givenMiddles, bits >>> 9) : "") + pick(givenEnds, bits >>> 16)

/** A family name, some with an apostrophe, a blank or a hyphen, as real lists have them. */
export const familyName = (bits: number): string =>
  capitalised(pick(familyStarts, bits) + pick(familyMiddles, bits >>> 8).toLowerCase() + pick(familyEnds, bits >>> 18))

/** A street address. */
export const streetAddress = (bits: number): string => `${(bits % 980) + 10} ${pick(streets, bits >>> 12)} St`

/** A town that does not exist, with its state and a five-digit zip. */
export const townOf = (bits: number): { readonly city: string; readonly state: string; readonly zip: string } => {
  const [city, state, zip] = pick(towns, bits)
  return { city, state, zip: zip + String((bits >>> 8) % 100).padStart(2, "0") }
}

/** Ten digits in the 555-01xx range, which is kept for fiction. */
export const phoneNumber = (bits: number): string =>
  `${200 + (bits % 799)}55501${String((bits >>> 12) % 100).padStart(2, "0")}`

const capitalised = (name: string): string =>
  name.replace(/([' ])([a-z])/g, (_, gap: string, letter: string) => gap + letter.toUpperCase())
