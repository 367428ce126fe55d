import { noPhi } from "../../phi/PhiClass.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { practiceInfoKind } from "./PracticeInfo.ts"

/** One practice's own entry; asked of practice `1`, every practice that the credentials reach. */
export const ListPractices = referenceList({
  name: "ListPractices",
  verb: "GET",
  path: "/v1/{practiceid}/practiceinfo",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/practice-info#Get-practice-info",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "practiceinfo",
  kind: practiceInfoKind,
  parameters: (_query: ListQuery) => ({})
})
