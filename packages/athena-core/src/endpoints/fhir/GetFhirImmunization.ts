import { clinicalRead } from "./clinical.ts"

/** One vaccine: the call-back of the topics `HistoricalVaccine.*`. */
export const GetFhirImmunization = clinicalRead("Immunization", {
  name: "GetFhirImmunization",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/immunization",
  evidence: "documented"
})
