import type { Pseudonyms } from "./Pseudonyms.ts"

/** A practice's resource, and whatever refers to one: `Patient/a-195900.E-31`. */
const fhirId = /^((?:[A-Za-z]+\/)?a-\d+\.[A-Za-z]+-)(\d+)$/

/** The same practice's, of another number; undefined where the text is no such id. */
export const otherFhirId = (text: string, pseudonyms: Pseudonyms): string | undefined => {
  const [, prefix, digits] = fhirId.exec(text) ?? []
  return prefix === undefined || digits === undefined ? undefined : `${prefix}${pseudonyms.id(digits)}`
}
