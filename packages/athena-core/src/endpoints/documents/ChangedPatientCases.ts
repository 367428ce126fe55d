import type { PatientId } from "../../ids/PatientId.ts"
import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { patientCaseKind } from "./PatientCase.ts"

export interface ChangedPatientCasesQuery extends ListQuery {
  readonly patientIds?: ReadonlyArray<PatientId>
}

/**
 * Patient cases that changed, as they are now. The path is documented; that its rows are under `patientcases` and have the
 * fields of a patient's list of cases is inferred from that list, which was recorded.
 */
export const ChangedPatientCases = patientDataFeed({
  name: "ChangedPatientCases",
  verb: "GET",
  path: "/v1/{practiceid}/documents/patientcase/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/document-type-patient-case",
  evidence: "inferred",
  repeat: "consumes",
  phi: patientCaseKind.phi,
  auditedParameters: [],
  recordsKey: "patientcases",
  kind: patientCaseKind,
  parameters: (query: ChangedPatientCasesQuery): Record<string, string> =>
    query.patientIds === undefined ? {} : { patientids: query.patientIds.join(",") },
  asked: (query) => ({ patientIds: query.patientIds ?? [], appointmentIds: [] })
})

/**
 * The subscription that `ChangedPatientCases` needs. By default: PatientCaseAdd, PatientCaseUpdate,
 * PatientCaseActionUpdate, PatientCaseNotifyPatient; it takes no departments.
 */
export const ChangedPatientCasesSubscription = feedSubscription({
  name: "ChangedPatientCases",
  path: "/v1/{practiceid}/documents/patientcase/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "recorded"
})
