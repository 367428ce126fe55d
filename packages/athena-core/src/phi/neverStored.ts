/**
 * Fields that are removed where a record enters, so that no table, quarantine or log can hold them: social security
 * numbers (insurance holders' and guarantors' too) and driving licences. In FHIR resources, the identifiers of these kinds.
 */
export const neverStored: ReadonlySet<string> = new Set([
  "ssn",
  "guarantorssn",
  "insurancepolicyholderssn",
  "insuredssn",
  "driverslicense",
  "driverslicenseurl",
  "driverslicensenumber",
  "driverslicensestateid",
  "driverslicenseexpirationdate",
  "guarantordriverslicense"
])

const isNeverStored = (key: string) => {
  const name = key.toLowerCase()
  return neverStored.has(name) || name.endsWith("ssn") || name.startsWith("driverslicense")
}

/** Naming systems of FHIR identifiers: social security numbers, and driving licences by state. */
const neverStoredSystem = /us-ssn|2\.16\.840\.1\.113883\.4\.(1|3)(\.|$)/i

/** Codes of FHIR's identifier types (HL7 v2, table 0203) for the same. */
const neverStoredTypes: ReadonlySet<unknown> = new Set(["SS", "DL"])

/** FHIR has one list of identifiers of any kind: which one it is stands beside the number, not in its name. */
const isNeverStoredIdentifier = (item: unknown): boolean => {
  if (typeof item !== "object" || item === null) return false
  const { system, type } = item as { readonly system?: unknown; readonly type?: { readonly coding?: unknown } | null }
  if (typeof system === "string" && neverStoredSystem.test(system)) return true
  const codings: ReadonlyArray<unknown> = Array.isArray(type?.coding) ? type.coding : []
  return codings.some(
    (coding) =>
      typeof coding === "object" && coding !== null && neverStoredTypes.has((coding as { code?: unknown }).code)
  )
}

/** A name may be written with escapes of its letters. */
const mayBeOne = /ssn|driverslicense|113883\.4\.|v2-0203|\\u00[2-7]/i

/** False of a JSON text that holds none of the fields. Hardly one does, and looking is cheaper than walking the tree. */
export const mayHoldNeverStored = (json: string): boolean => mayBeOne.test(json)

/** Removes the never-stored fields from a freshly parsed JSON value, in place, at any depth. Returns the same value. */
export const removeNeverStored = <A>(value: A): A => {
  strip(value)
  return value
}

const strip = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return
  if (Array.isArray(value)) {
    for (let at = value.length - 1; at >= 0; at--) {
      if (isNeverStoredIdentifier(value[at])) value.splice(at, 1)
    }
    for (const item of value) strip(item)
    return
  }
  const record = value as Record<string, unknown>
  for (const key in record) {
    if (isNeverStored(key)) delete record[key]
    else {
      const item = record[key]
      if (typeof item === "object" && item !== null) strip(item)
    }
  }
}
