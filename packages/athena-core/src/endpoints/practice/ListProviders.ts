import { noPhi } from "../../phi/PhiClass.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { providerKind } from "./Provider.ts"

/** All providers under every id they own: appointments may refer to an id that the default list collapses. */
export const ListProviders = referenceList({
  name: "ListProviders",
  verb: "GET",
  path: "/v1/{practiceid}/providers",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/provider#Get-list-of-all-providers",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "providers",
  kind: providerKind,
  parameters: (_query: ListQuery) => ({ showallproviderids: "true" })
})
