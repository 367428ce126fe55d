import { patientDataList } from "../list.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"
import { vaccineKind } from "./Vaccine.ts"

/** A patient's vaccines, all at once. Not sure of the shape of a row: no answer was seen. */
export const ListVaccines = patientDataList({
  name: "ListVaccines",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/vaccines",
  vendorPage: "https://docs.athenahealth.com/api/docs/charts",
  evidence: "inferred",
  repeat: "safe",
  phi: vaccineKind.phi,
  auditedParameters: ["departmentid"],
  recordsKey: "vaccines",
  paging: "whole",
  kind: vaccineKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: ChartQuery) => chartParameters(query)
})
