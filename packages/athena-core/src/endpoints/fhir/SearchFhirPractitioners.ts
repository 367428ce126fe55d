import { practiceReference } from "../../ids/FhirId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import { fhirPractitionerKind } from "./FhirPractitioner.ts"
import { referenceSearch, type SearchQuery } from "./search.ts"

export interface FhirPractitionerSearchQuery extends SearchQuery {
  /** The beginning of a name; all providers of the practice without it. */
  readonly name?: string
}

/** The providers of a practice. That they can be searched for is documented, by what is inferred. Safe to repeat. */
export const SearchFhirPractitioners = referenceSearch({
  name: "SearchFhirPractitioners",
  verb: "GET",
  path: "/fhir/r4/Practitioner",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/practitioner",
  evidence: "inferred",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: ["ah-practice", "_count"],
  resource: fhirPractitionerKind,
  parameters: (query: FhirPractitionerSearchQuery) => ({
    "ah-practice": practiceReference(query.practiceId),
    ...(query.name === undefined ? {} : { name: query.name })
  }),
  asked: () => noSubjects
})
