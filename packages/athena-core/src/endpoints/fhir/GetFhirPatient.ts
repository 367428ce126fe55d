import { fhirPatientId } from "../../ids/FhirId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { RecordQuery } from "../record.ts"
import { fhirPatientKind } from "./FhirPatient.ts"
import { patientDataResource } from "./resource.ts"

export interface FhirPatientQuery extends RecordQuery {
  /** The id of `/v1`: the logical id is made of it. */
  readonly patientId: PatientId
}

/** One patient, as FHIR shows them: the call-back of the topics `Patient.*`. The shape is US Core's, no answer was seen. */
export const GetFhirPatient = patientDataResource({
  name: "GetFhirPatient",
  verb: "GET",
  path: "/fhir/r4/Patient/{logicalid}",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/patient",
  evidence: "documented",
  repeat: "safe",
  phi: fhirPatientKind.phi,
  auditedParameters: [],
  resource: fhirPatientKind,
  logicalId: (query: FhirPatientQuery) => fhirPatientId(query.practiceId, query.patientId),
  asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [] })
})
