/**
 * Fields that are removed where a record enters, so that no table, quarantine or log can hold them: social security
 * numbers (insurance holders' and guarantors' too) and driving licences.
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

/** A name may be written with escapes of its letters. */
const mayBeOne = /ssn|driverslicense|\\u00[4-7]/i

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
