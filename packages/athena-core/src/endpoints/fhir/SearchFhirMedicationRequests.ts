import { clinicalSearch } from "./clinical.ts"

/** A patient's medications and prescriptions. The vendor wants the intents listed. Safe to repeat. */
export const SearchFhirMedicationRequests = clinicalSearch(
  "MedicationRequest",
  {
    name: "SearchFhirMedicationRequests",
    vendorPage: "https://docs.athenahealth.com/api/fhir-r4/medication-request",
    evidence: "documented"
  },
  { intent: "proposal,plan,order,option" }
)
