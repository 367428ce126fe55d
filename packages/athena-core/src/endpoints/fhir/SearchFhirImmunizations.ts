import { clinicalSearch } from "./clinical.ts"

/** A patient's vaccines. Safe to repeat. */
export const SearchFhirImmunizations = clinicalSearch("Immunization", {
  name: "SearchFhirImmunizations",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/immunization",
  evidence: "documented"
})
