import type { ClaimId } from "../../ids/ClaimId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { patientDataRecord, type RecordQuery } from "../record.ts"
import { claimKind } from "./Claim.ts"

export interface ClaimQuery extends RecordQuery {
  readonly claimId: ClaimId
  /** Whose claim it is, where that is known: for the audit trail alone, the vendor is not told. */
  readonly patientId?: PatientId
}

/** One claim by id, which the vendor sends as an object and not as an array of one. Recorded. */
export const GetClaim = patientDataRecord({
  name: "GetClaim",
  verb: "GET",
  path: "/v1/{practiceid}/claims/{claimid}",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/claim",
  evidence: "recorded",
  repeat: "safe",
  phi: claimKind.phi,
  auditedParameters: [],
  kind: claimKind,
  pathOf: (query: ClaimQuery) => ({ claimid: query.claimId }),
  parameters: () => ({}),
  asked: (query) => ({ patientIds: query.patientId === undefined ? [] : [query.patientId], appointmentIds: [] })
})
