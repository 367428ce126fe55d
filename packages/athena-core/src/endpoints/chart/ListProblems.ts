import { patientDataList } from "../list.ts"
import { type ChartQuery, chartParameters, chartPath, chartSubjects } from "./ChartQuery.ts"
import { problemKind } from "./Problem.ts"

export interface ProblemsQuery extends ChartQuery {
  /** Hidden and resolved ones too. */
  readonly showInactive?: boolean
  /** The diagnoses of each encounter, in `raw`. */
  readonly showDiagnoses?: boolean
}

/** A patient's problem list, all at once. Sure of the shape: it was recorded. The section's note is not handed over. */
export const ListProblems = patientDataList({
  name: "ListProblems",
  verb: "GET",
  path: "/v1/{practiceid}/chart/{patientid}/problems",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/problems#Get-patient's-problem-list",
  evidence: "recorded",
  repeat: "safe",
  phi: problemKind.phi,
  auditedParameters: ["departmentid", "showinactive", "showdiagnosisinfo"],
  recordsKey: "problems",
  paging: "whole",
  kind: problemKind,
  pathOf: chartPath,
  asked: chartSubjects,
  parameters: (query: ProblemsQuery) => ({
    ...chartParameters(query),
    ...(query.showInactive === undefined ? {} : { showinactive: String(query.showInactive) }),
    ...(query.showDiagnoses === undefined ? {} : { showdiagnosisinfo: String(query.showDiagnoses) })
  })
})
