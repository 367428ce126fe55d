import { clinicalRead } from "./clinical.ts"

/** One encounter: the call-back of the topics `Encounter.*`. Its logical id is spelled `a-195900.encounter-35840`. */
export const GetFhirEncounter = clinicalRead("Encounter", {
  name: "GetFhirEncounter",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/encounter",
  evidence: "documented"
})
