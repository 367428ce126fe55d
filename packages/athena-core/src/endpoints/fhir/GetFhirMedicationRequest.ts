import { clinicalRead } from "./clinical.ts"

/** One medication: the call-back of the topics `HistoricalMedication.*` and `Prescription.*`. */
export const GetFhirMedicationRequest = clinicalRead("MedicationRequest", {
  name: "GetFhirMedicationRequest",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/medication-request",
  evidence: "documented"
})
