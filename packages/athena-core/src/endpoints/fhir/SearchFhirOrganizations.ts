import { practiceReference } from "../../ids/FhirId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import { fhirOrganizationKind } from "./FhirOrganization.ts"
import { referenceSearch, type SearchQuery } from "./search.ts"

export interface FhirOrganizationSearchQuery extends SearchQuery {
  /** The beginning of a name; all of the practice without it. */
  readonly name?: string
}

/**
 * A practice with its departments and chart sharing groups. That they can be searched for is documented, by what is
 * inferred. Safe to repeat.
 */
export const SearchFhirOrganizations = referenceSearch({
  name: "SearchFhirOrganizations",
  verb: "GET",
  path: "/fhir/r4/Organization",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/organization",
  evidence: "inferred",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: ["ah-practice", "_count"],
  resource: fhirOrganizationKind,
  parameters: (query: FhirOrganizationSearchQuery) => ({
    "ah-practice": practiceReference(query.practiceId),
    ...(query.name === undefined ? {} : { name: query.name })
  }),
  asked: () => noSubjects
})
