import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import { fhirSubscriptionKind } from "./FhirSubscription.ts"
import { referenceSearch, type SearchQuery } from "./search.ts"

/**
 * The app's subscriptions, those of other practices too: each says whose it is. The practice is the one whose budget
 * pays.
 */
export const ListFhirSubscriptions = referenceSearch({
  name: "ListFhirSubscriptions",
  verb: "GET",
  path: "/fhir/r4/Subscription",
  vendorPage: "https://github.com/athenahealth/aone-fhir-subscriptions",
  evidence: "documented",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  resource: fhirSubscriptionKind,
  parameters: (_query: SearchQuery) => ({}),
  asked: () => noSubjects
})
