import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { claimKind } from "./Claim.ts"

export interface ChangedClaimsQuery extends ListQuery {
  readonly departmentId?: DepartmentId
  readonly patientId?: PatientId
}

/** Claims that changed, as they are now. The path and its parameters are documented; no row was seen, by analogy a claim. */
export const ChangedClaims = patientDataFeed({
  name: "ChangedClaims",
  verb: "GET",
  path: "/v1/{practiceid}/claims/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/claim",
  evidence: "inferred",
  repeat: "consumes",
  phi: claimKind.phi,
  auditedParameters: ["departmentid"],
  recordsKey: "claims",
  kind: claimKind,
  parameters: (query: ChangedClaimsQuery) => ({
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
    ...(query.patientId === undefined ? {} : { patientid: query.patientId })
  }),
  asked: (query) => ({ patientIds: query.patientId === undefined ? [] : [query.patientId], appointmentIds: [] })
})

/** The subscription that `ChangedClaims` needs. By default UpdateClaim; it takes no departments. */
export const ChangedClaimsSubscription = feedSubscription({
  name: "ChangedClaims",
  path: "/v1/{practiceid}/claims/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "recorded"
})
