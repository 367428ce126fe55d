import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { patientAppointmentReasonKind } from "./PatientAppointmentReason.ts"

export interface PatientAppointmentReasonsQuery extends ListQuery {
  readonly departmentId: DepartmentId
  readonly providerId: ProviderId
}

/** The reasons that patients may book an appointment for, with one provider in one department. */
export const ListPatientAppointmentReasons = referenceList({
  name: "ListPatientAppointmentReasons",
  verb: "GET",
  path: "/v1/{practiceid}/patientappointmentreasons",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-reasons#Get-list-of-patient-appointment-reasons",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "patientappointmentreasons",
  kind: patientAppointmentReasonKind,
  parameters: (query: PatientAppointmentReasonsQuery) => ({
    departmentid: query.departmentId,
    providerid: query.providerId
  })
})
