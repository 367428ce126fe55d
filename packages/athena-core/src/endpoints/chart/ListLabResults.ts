import { patientDataList } from "../list.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"
import { labResultKind } from "./LabResult.ts"

/** A patient's lab results; the vendor's key for them is `results`. Sure of the shape: it was recorded. */
export const ListLabResults = patientDataList({
  name: "ListLabResults",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/labresults",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/document-type-lab-result",
  evidence: "recorded",
  repeat: "safe",
  phi: labResultKind.phi,
  auditedParameters: ["departmentid", "limit", "offset"],
  recordsKey: "results",
  kind: labResultKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: ChartQuery) => chartParameters(query)
})
