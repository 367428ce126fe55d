/**
 * The reads and searches of the clinical kinds, which differ in nothing but their names.
 */
import type { EndpointDescription } from "../../http/EndpointDescription.ts"
import { type FhirId, fhirPatientId, practiceReference, printFhirId } from "../../ids/FhirId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { noSubjects } from "../RecordKind.ts"
import type { RecordQuery } from "../record.ts"
import { type ClinicalType, clinicalKind } from "./ClinicalResource.ts"
import { patientDataResource } from "./resource.ts"
import { patientDataSearch, type SearchQuery } from "./search.ts"

export interface ClinicalQuery extends RecordQuery {
  /** As references and notifications give it: `parseFhirReference("Encounter/a-195900.encounter-1")`. */
  readonly id: FhirId
  /** Whose it is, if that is known: the audit trail then says so before the call too. */
  readonly patientId?: PatientId
}

export interface PatientsResourcesQuery extends SearchQuery {
  readonly patientId: PatientId
}

const asked = (patientId: PatientId | undefined) =>
  patientId === undefined ? noSubjects : { patientIds: [patientId], appointmentIds: [] }

type Told = Pick<EndpointDescription, "name" | "vendorPage" | "evidence">

/** `GET /fhir/r4/<Type>/{logicalid}`. */
export const clinicalRead = (resourceType: ClinicalType, told: Told) => {
  const resource = clinicalKind(resourceType)
  return patientDataResource({
    ...told,
    verb: "GET",
    path: `/fhir/r4/${resourceType}/{logicalid}`,
    repeat: "safe",
    phi: resource.phi,
    auditedParameters: [],
    resource,
    logicalId: (query: ClinicalQuery) => printFhirId(query.id),
    asked: (query) => asked(query.patientId)
  })
}

/** `GET /fhir/r4/<Type>?patient=…`: all of one patient. `more` are parameters that the type cannot do without. */
export const clinicalSearch = (resourceType: ClinicalType, told: Told, more: Readonly<Record<string, string>> = {}) => {
  const resource = clinicalKind(resourceType)
  return patientDataSearch({
    ...told,
    verb: "GET",
    path: `/fhir/r4/${resourceType}`,
    repeat: "safe",
    phi: resource.phi,
    auditedParameters: ["ah-practice", "_count", ...Object.keys(more)],
    resource,
    parameters: (query: PatientsResourcesQuery) => ({
      "ah-practice": practiceReference(query.practiceId),
      patient: fhirPatientId(query.practiceId, query.patientId),
      ...more
    }),
    asked: (query) => asked(query.patientId)
  })
}
