import type { Redacted } from "effect"
import { practiceReference } from "../../ids/FhirId.ts"
import { reveal } from "../../phi/reveal.ts"
import type { LocalDate } from "../../time/LocalDate.ts"
import { noSubjects } from "../RecordKind.ts"
import { fhirPatientKind } from "./FhirPatient.ts"
import { patientDataSearch, type SearchQuery } from "./search.ts"

/** Whom to search for; at least one of them. */
export interface FhirPatientTerms {
  /** Any part of the name. */
  readonly name?: string
  readonly family?: string
  readonly given?: string
  readonly birthDate?: LocalDate
  /** `male`, `female`, `other`, `unknown`. */
  readonly gender?: string
}

export interface FhirPatientSearchQuery extends SearchQuery {
  /** Redacted, since they identify. None of them is kept in the audit trail. */
  readonly terms: Redacted.Redacted<FhirPatientTerms>
}

const parametersOf = ({ birthDate, ...terms }: FhirPatientTerms): Record<string, string> => ({
  ...terms,
  ...(birthDate === undefined ? {} : { birthdate: birthDate })
})

/** The patients of a practice by name or birth date. The call is the vendor's own example, its answer was not seen. */
export const SearchFhirPatients = patientDataSearch({
  name: "SearchFhirPatients",
  verb: "GET",
  path: "/fhir/r4/Patient",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/patient",
  evidence: "documented",
  repeat: "safe",
  phi: fhirPatientKind.phi,
  auditedParameters: ["ah-practice", "_count"],
  resource: fhirPatientKind,
  parameters: (query: FhirPatientSearchQuery) => ({
    "ah-practice": practiceReference(query.practiceId),
    ...parametersOf(reveal(query.terms, "request"))
  }),
  asked: () => noSubjects
})
