import type { ProviderId } from "../../ids/ProviderId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { type RecordQuery, referenceRecord } from "../record.ts"
import { providerKind } from "./Provider.ts"

export interface ProviderQuery extends RecordQuery {
  readonly providerId: ProviderId
}

/** One provider by id: who an appointment is with, without reading all of them. Recorded, an array of one. */
export const GetProvider = referenceRecord({
  name: "GetProvider",
  verb: "GET",
  path: "/v1/{practiceid}/providers/{providerid}",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/provider",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  kind: providerKind,
  pathOf: (query: ProviderQuery) => ({ providerid: query.providerId }),
  parameters: () => ({})
})
