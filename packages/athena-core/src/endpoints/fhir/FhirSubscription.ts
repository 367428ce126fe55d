/**
 * A subscription to one topic of one practice: its events are posted to `endpoint`, as ids only.
 *
 * The secret that signs them is given at creation and never shown again. There is no call to rotate it: create a second
 * subscription with the new secret, accept both secrets meanwhile, then delete the old one.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 3.3)
 */
import { DateTime, Result, Schema } from "effect"
import { parseFhirReference, practiceReference } from "../../ids/FhirId.ts"
import { OpaqueId } from "../../ids/OpaqueId.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import { isTopicName } from "../../ids/TopicName.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { noSubjects } from "../RecordKind.ts"
import { Instant } from "./elements.ts"
import type { ReferenceResourceKind } from "./ResourceKind.ts"

const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"

const Filter = Schema.Struct({ url: Schema.optionalKey(Schema.String), valueString: Schema.optionalKey(Schema.String) })

export const FhirSubscriptionFields = Schema.Struct({
  resourceType: Schema.Literal("Subscription"),
  id: OpaqueId,
  status: Schema.optionalKey(Schema.String),
  end: Schema.optionalKey(Instant),
  reason: Schema.optionalKey(Schema.String),
  criteria: Schema.optionalKey(Schema.String),
  _criteria: Schema.optionalKey(Schema.Struct({ extension: Schema.optionalKey(Schema.Array(Filter)) })),
  channel: Schema.optionalKey(Schema.Struct({ endpoint: Schema.optionalKey(Schema.String) }))
})

export interface FhirSubscription {
  /** A UUID. */
  readonly subscriptionId: string
  /** `Appointment.check-in`. */
  readonly topic: string | undefined
  /** Whose events are posted. */
  readonly practiceId: PracticeId | undefined
  readonly endpoint: string | undefined
  /** `requested`, `active`, `error`, `off`. */
  readonly status: string | undefined
  /** When it ends by itself: renew it before. */
  readonly endsAt: DateTime.Utc | undefined
  readonly reason: string | undefined
  readonly raw: SealedRecord
}

/** What a subscription is made of; its secret goes apart. */
export interface FhirSubscriptionRequest {
  readonly practiceId: PracticeId
  /** `Appointment.check-in`. */
  readonly topic: string
  /** Where its events are posted: HTTPS, port 443, with a certificate that the public trusts. */
  readonly endpoint: string
  readonly endsAt: DateTime.Utc
  readonly reason: string
}

/** The practice that a subscription is filtered to: `ah-practice=Organization/a-1.Practice-195900`. */
const practiceIn = (filters: ReadonlyArray<typeof Filter.Type>): PracticeId | undefined => {
  for (const { valueString } of filters) {
    const practice = new URLSearchParams(valueString ?? "").get("ah-practice")
    const id = practice === null ? undefined : parseFhirReference(practice)?.id
    if (id?.kind === "Practice") return id.practiceId
  }
  return undefined
}

/** The host before it may be another environment's. */
const topicIn = (criteria: string): string | undefined => {
  const topic = criteria.split("/").at(-1) ?? ""
  return isTopicName(topic) ? topic : undefined
}

const decodeFields = Schema.decodeUnknownResult(FhirSubscriptionFields)

export const fhirSubscriptionKind: ReferenceResourceKind<FhirSubscription> = {
  resourceType: "Subscription",
  phi: noPhi,
  // The list holds the subscriptions of all practices of the app.
  practiceOf: () => undefined,
  decode: (wire, raw) =>
    Result.map(decodeFields(wire), (resource) => ({
      subscriptionId: resource.id,
      topic: topicIn(resource.criteria ?? ""),
      practiceId: practiceIn(resource._criteria?.extension ?? []),
      endpoint: resource.channel?.endpoint,
      status: resource.status,
      endsAt: resource.end,
      reason: resource.reason,
      raw
    })),
  subjects: () => noSubjects
}

/** The resource that asks for a subscription. `origin` is the environment's. */
export const subscriptionResource = (origin: string, request: FhirSubscriptionRequest): unknown => ({
  resourceType: "Subscription",
  meta: { profile: [`${backport}/backport-subscription`] },
  status: "requested",
  end: DateTime.formatIso(request.endsAt),
  reason: request.reason,
  criteria: `${origin}/fhir/r4/SubscriptionTopic/${request.topic}`,
  _criteria: {
    extension: [
      {
        url: `${backport}/backport-filter-criteria`,
        valueString: `ah-practice=${practiceReference(request.practiceId)}`
      }
    ]
  },
  channel: {
    type: "rest-hook",
    endpoint: request.endpoint,
    payload: "application/fhir+json",
    _payload: { extension: [{ url: `${backport}/backport-payload-content`, valueCode: "id-only" }] }
  }
})
