import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { patientDataRecord, type RecordQuery } from "../record.ts"
import { patientKind } from "./Patient.ts"

export interface PatientQuery extends RecordQuery {
  readonly patientId: PatientId
  /** Needed in enterprise practices to read the right copy of the record. */
  readonly departmentId?: DepartmentId
}

/**
 * One patient by id. Deleted and merged patients stay readable; the ids that were merged into this one come along in
 * `raw`. Neither full social security numbers, insurances nor custom fields are asked for (minimum necessary).
 */
export const GetPatient = patientDataRecord({
  name: "GetPatient",
  verb: "GET",
  path: "/v1/{practiceid}/patients/{patientid}",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/patient#Get-specific-patient-record",
  evidence: "recorded",
  repeat: "safe",
  phi: patientKind.phi,
  auditedParameters: ["departmentid", "showpreviouspatientids"],
  kind: patientKind,
  pathOf: (query: PatientQuery) => ({ patientid: query.patientId }),
  parameters: (query) => ({
    showpreviouspatientids: "true",
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId })
  }),
  asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [] })
})
