import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { patientKind } from "./Patient.ts"

export interface ChangedPatientsQuery extends ListQuery {
  /** Only changes of these departments. The vendor asks that they match the subscription's. */
  readonly departmentIds?: ReadonlyArray<DepartmentId>
  readonly patientIds?: ReadonlyArray<PatientId>
}

/**
 * Patients that changed, as they are now: whole records. Nothing says what happened: a deleted or merged patient is one
 * whose `status` is `deleted`, and only the record they were merged into names them, in `previouspatientids` of its
 * `raw`. The shape is that of a patient; the feed itself was not recorded.
 */
export const ChangedPatients = patientDataFeed({
  name: "ChangedPatients",
  verb: "GET",
  path: "/v1/{practiceid}/patients/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/patient",
  evidence: "documented",
  repeat: "consumes",
  phi: patientKind.phi,
  auditedParameters: ["departmentid", "showpreviouspatientids"],
  recordsKey: "patients",
  kind: patientKind,
  parameters: (query: ChangedPatientsQuery) => ({
    showpreviouspatientids: "true",
    ...(query.departmentIds === undefined ? {} : { departmentid: query.departmentIds.join(",") }),
    ...(query.patientIds === undefined ? {} : { patientid: query.patientIds.join(",") })
  }),
  asked: (query) => ({ patientIds: query.patientIds ?? [], appointmentIds: [] })
})

/**
 * The subscription that `ChangedPatients` needs. By default: AddPatient, UpdatePatient, DeletePatient, MergePatient,
 * UpdatePatientCustomField.
 */
export const ChangedPatientsSubscription = feedSubscription({
  name: "ChangedPatients",
  path: "/v1/{practiceid}/patients/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "recorded"
})
