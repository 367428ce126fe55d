import { patientDataList } from "../list.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"
import { encounterKind } from "./Encounter.ts"

/**
 * A patient's encounters. The vendor shows those that are OPEN, CLOSED or in REVIEW, of the types VISIT and ORDERSONLY.
 * Sure of the shape: it was recorded.
 */
export const ListEncounters = patientDataList({
  name: "ListEncounters",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/encounters",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/encounter-chart",
  evidence: "recorded",
  repeat: "safe",
  phi: encounterKind.phi,
  auditedParameters: ["departmentid", "limit", "offset"],
  recordsKey: "encounters",
  kind: encounterKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: ChartQuery) => chartParameters(query)
})
