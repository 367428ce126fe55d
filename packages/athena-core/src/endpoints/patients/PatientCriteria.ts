/**
 * What a patient is searched by. Names, birth dates and telephone numbers: a program holds them redacted, and they are
 * opened only where the request is built. The audit trail keeps none of them.
 */
import type { Redacted } from "effect"
import { reveal } from "../../phi/reveal.ts"
import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"

export interface PatientCriteria {
  readonly firstName?: string
  readonly lastName?: string
  readonly birthDate?: LocalDate
  /** Matches any of a patient's numbers. */
  readonly anyPhone?: string
  readonly homePhone?: string
  readonly mobilePhone?: string
  readonly email?: string
  /** Only the first five characters count. */
  readonly zip?: string
}

/** The vendor's parameters. */
export const criteriaParameters = (criteria: Redacted.Redacted<PatientCriteria>): Record<string, string> => {
  const { anyPhone, birthDate, email, firstName, homePhone, lastName, mobilePhone, zip } = reveal(criteria, "request")
  return {
    ...(firstName === undefined ? {} : { firstname: firstName }),
    ...(lastName === undefined ? {} : { lastname: lastName }),
    ...(birthDate === undefined ? {} : { dob: vendorDate.print(birthDate) }),
    ...(anyPhone === undefined ? {} : { anyphone: anyPhone }),
    ...(homePhone === undefined ? {} : { homephone: homePhone }),
    ...(mobilePhone === undefined ? {} : { mobilephone: mobilePhone }),
    ...(email === undefined ? {} : { email }),
    ...(zip === undefined ? {} : { zip: zip.slice(0, 5) })
  }
}
