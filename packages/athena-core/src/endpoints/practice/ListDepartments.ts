import { noPhi } from "../../phi/PhiClass.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { departmentKind } from "./Department.ts"

/** All departments, those hidden from the portal included: appointments refer to them too. */
export const ListDepartments = referenceList({
  name: "ListDepartments",
  verb: "GET",
  path: "/v1/{practiceid}/departments",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/department#Get-list-of-all-departments",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "departments",
  kind: departmentKind,
  parameters: (_query: ListQuery) => ({ showalldepartments: "true" })
})
