import { patientDataList } from "../list.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"
import { medicationKind } from "./Medication.ts"

export interface MedicationsQuery extends ChartQuery {
  /** One of the vendor's types, such as `ACTIVE`; all when absent. */
  readonly medicationType?: string
  /** National drug codes, in `raw`. */
  readonly showNdc?: boolean
  /** RxNorm codes, in `raw`. */
  readonly showRxNorm?: boolean
}

/**
 * A patient's medication list, all at once. The vendor groups the entries of one drug, an array in an array; here they
 * come one by one. Sure of the shape: it was recorded.
 */
export const ListMedications = patientDataList({
  name: "ListMedications",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/medications",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/medication#Get-patient's-medication-list",
  evidence: "recorded",
  repeat: "safe",
  phi: medicationKind.phi,
  auditedParameters: ["departmentid", "medicationtype", "showndc", "showrxnorm"],
  recordsKey: "medications",
  paging: "whole",
  isGrouped: true,
  kind: medicationKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: MedicationsQuery) => ({
    ...chartParameters(query),
    ...(query.medicationType === undefined ? {} : { medicationtype: query.medicationType }),
    ...(query.showNdc === undefined ? {} : { showndc: String(query.showNdc) }),
    ...(query.showRxNorm === undefined ? {} : { showrxnorm: String(query.showRxNorm) })
  })
})
