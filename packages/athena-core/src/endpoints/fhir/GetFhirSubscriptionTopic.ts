import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import type { RecordQuery } from "../record.ts"
import { fhirSubscriptionTopicKind } from "./FhirSubscriptionTopic.ts"
import { referenceResource } from "./resource.ts"

export interface FhirSubscriptionTopicQuery extends RecordQuery {
  /** `Appointment.check-in`. */
  readonly topic: string
}

/** One topic. The vendor describes the list alone; this is how FHIR would have it. */
export const GetFhirSubscriptionTopic = referenceResource({
  name: "GetFhirSubscriptionTopic",
  verb: "GET",
  path: "/fhir/r4/SubscriptionTopic/{logicalid}",
  vendorPage: "https://github.com/athenahealth/aone-fhir-subscriptions",
  evidence: "inferred",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  resource: fhirSubscriptionTopicKind,
  logicalId: (query: FhirSubscriptionTopicQuery) => query.topic,
  asked: () => noSubjects
})
