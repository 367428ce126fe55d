import { clinicalRead } from "./clinical.ts"

/** One problem or encounter diagnosis: the call-back of the topics `PatientProblem.*` and `ClinicalEncounterDiagnosis.*`. */
export const GetFhirCondition = clinicalRead("Condition", {
  name: "GetFhirCondition",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/condition",
  evidence: "documented"
})
