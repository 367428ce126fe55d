import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import type { RecordQuery } from "../record.ts"
import { fhirSubscriptionKind } from "./FhirSubscription.ts"
import { referenceResource } from "./resource.ts"

export interface FhirSubscriptionQuery extends RecordQuery {
  readonly subscriptionId: string
}

/** One subscription. The vendor describes the list alone; this is how FHIR would have it. */
export const GetFhirSubscription = referenceResource({
  name: "GetFhirSubscription",
  verb: "GET",
  path: "/fhir/r4/Subscription/{logicalid}",
  vendorPage: "https://github.com/athenahealth/aone-fhir-subscriptions",
  evidence: "inferred",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  resource: fhirSubscriptionKind,
  logicalId: (query: FhirSubscriptionQuery) => query.subscriptionId,
  asked: () => noSubjects
})
