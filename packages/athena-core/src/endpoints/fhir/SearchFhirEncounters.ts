import { clinicalSearch } from "./clinical.ts"

/** A patient's encounters. Safe to repeat. */
export const SearchFhirEncounters = clinicalSearch("Encounter", {
  name: "SearchFhirEncounters",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/encounter",
  evidence: "documented"
})
