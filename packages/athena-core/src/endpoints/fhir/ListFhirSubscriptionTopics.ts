import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import { fhirSubscriptionTopicKind } from "./FhirSubscriptionTopic.ts"
import { referenceSearch, type SearchQuery } from "./search.ts"

/** Every topic that there is. The practice is the one whose budget pays; the topics are the same for all. */
export const ListFhirSubscriptionTopics = referenceSearch({
  name: "ListFhirSubscriptionTopics",
  verb: "GET",
  path: "/fhir/r4/SubscriptionTopic",
  vendorPage: "https://github.com/athenahealth/aone-fhir-subscriptions",
  evidence: "documented",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  resource: fhirSubscriptionTopicKind,
  parameters: (_query: SearchQuery) => ({}),
  asked: () => noSubjects
})
