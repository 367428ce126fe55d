/**
 * What is written of a patient. It identifies them, so a program holds it redacted; it is opened only where the form is
 * built. Social security numbers cannot be written with it: they are never stored, and never sent.
 */
import type { Redacted } from "effect"
import { reveal } from "../../phi/reveal.ts"
import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"

export interface PatientFields {
  readonly firstName?: string
  readonly lastName?: string
  readonly birthDate?: LocalDate
  /** `M` or `F`. */
  readonly sex?: string
  /** `declined` says that the patient gives none. */
  readonly email?: string
  readonly homePhone?: string
  readonly mobilePhone?: string
  readonly workPhone?: string
  readonly address1?: string
  readonly address2?: string
  readonly city?: string
  readonly state?: string
  readonly zip?: string
}

/** The vendor's names. */
const names = {
  firstName: "firstname",
  lastName: "lastname",
  sex: "sex",
  email: "email",
  homePhone: "homephone",
  mobilePhone: "mobilephone",
  workPhone: "workphone",
  address1: "address1",
  address2: "address2",
  city: "city",
  state: "state",
  zip: "zip"
} as const

/** The fields of the vendor's form. */
export const patientForm = (fields: Redacted.Redacted<PatientFields>): Record<string, string> => {
  const { birthDate, ...texts } = reveal(fields, "request")
  const form: Record<string, string> = birthDate === undefined ? {} : { dob: vendorDate.print(birthDate) }
  for (const [name, value] of Object.entries(texts)) {
    if (value !== undefined && name in names) form[names[name as keyof typeof names]] = value
  }
  return form
}
