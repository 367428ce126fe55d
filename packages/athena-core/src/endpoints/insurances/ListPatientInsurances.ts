import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import { insuranceKind } from "./Insurance.ts"

export interface PatientInsurancesQuery extends ListQuery {
  readonly patientId: PatientId
  /** Needed in enterprise practices to read the right copy of the record. */
  readonly departmentId?: DepartmentId
  /** Cancelled ones too. */
  readonly showCancelled?: boolean
}

/** The insurances of one patient. Sure of the shape: it was recorded. */
export const ListPatientInsurances = patientDataList({
  name: "ListPatientInsurances",
  verb: "GET",
  path: "/v1/{practiceid}/patients/{patientid}/insurances",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/patient-insurance",
  evidence: "recorded",
  repeat: "safe",
  phi: insuranceKind.phi,
  auditedParameters: ["departmentid", "showcancelled", "limit", "offset"],
  recordsKey: "insurances",
  kind: insuranceKind,
  pathOf: (query: PatientInsurancesQuery) => ({ patientid: query.patientId }),
  asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [] }),
  parameters: (query) => ({
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
    ...(query.showCancelled === undefined ? {} : { showcancelled: String(query.showCancelled) })
  })
})
