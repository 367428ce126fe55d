import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"
import { patientDataList } from "../list.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"
import { vitalKind } from "./Vital.ts"

export interface VitalsQuery extends ChartQuery {
  /** Dates of the readings, both included. */
  readonly from?: LocalDate
  readonly to?: LocalDate
}

/** A patient's vital signs, each with its readings. Sure of the shape: it was recorded. */
export const ListVitals = patientDataList({
  name: "ListVitals",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/vitals",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/vitals",
  evidence: "recorded",
  repeat: "safe",
  phi: vitalKind.phi,
  auditedParameters: ["departmentid", "startdate", "enddate", "limit", "offset"],
  recordsKey: "vitals",
  kind: vitalKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: VitalsQuery) => ({
    ...chartParameters(query),
    ...(query.from === undefined ? {} : { startdate: vendorDate.print(query.from) }),
    ...(query.to === undefined ? {} : { enddate: vendorDate.print(query.to) })
  })
})
