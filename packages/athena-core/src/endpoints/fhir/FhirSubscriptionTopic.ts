/**
 * A kind of event that can be subscribed to, such as `Appointment.check-in`. There are 62 of them.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 3.2)
 */
import { Result, Schema } from "effect"
import { TopicName } from "../../ids/TopicName.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { noSubjects } from "../RecordKind.ts"
import type { ReferenceResourceKind } from "./ResourceKind.ts"

export const FhirSubscriptionTopicFields = Schema.Struct({
  resourceType: Schema.Literal("SubscriptionTopic"),
  id: TopicName,
  description: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.String)
})

export interface FhirSubscriptionTopic {
  /** `Appointment.check-in`: what it happens to, and what happens. */
  readonly topic: string
  readonly description: string | undefined
  /** `active` of those that can be subscribed to. */
  readonly status: string | undefined
  readonly raw: SealedRecord
}

const decodeFields = Schema.decodeUnknownResult(FhirSubscriptionTopicFields)

export const fhirSubscriptionTopicKind: ReferenceResourceKind<FhirSubscriptionTopic> = {
  resourceType: "SubscriptionTopic",
  phi: noPhi,
  practiceOf: () => undefined,
  decode: (wire, raw) =>
    Result.map(decodeFields(wire), ({ description, id, status }) => ({ topic: id, description, status, raw })),
  subjects: () => noSubjects
}
