import { clinicalSearch } from "./clinical.ts"

/** A patient's problems and diagnoses. Safe to repeat. */
export const SearchFhirConditions = clinicalSearch("Condition", {
  name: "SearchFhirConditions",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/condition",
  evidence: "documented"
})
