import { patientDataList } from "../list.ts"
import { allergyKind } from "./Allergy.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"

/**
 * A patient's allergies, all at once. Sure of the shape: it was recorded. An empty list may mean that nobody asked: that
 * none are known (`nkda`) is said beside the list and not handed over.
 */
export const ListAllergies = patientDataList({
  name: "ListAllergies",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/allergies",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/allergy#Get-patient's-allergies",
  evidence: "recorded",
  repeat: "safe",
  phi: allergyKind.phi,
  auditedParameters: ["departmentid"],
  recordsKey: "allergies",
  paging: "whole",
  kind: allergyKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: ChartQuery) => chartParameters(query)
})
