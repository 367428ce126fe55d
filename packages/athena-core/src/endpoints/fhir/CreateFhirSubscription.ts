import { DateTime, Effect, type Redacted, Result } from "effect"
import type { AthenaError } from "../../errors/AthenaError.ts"
import { Athena } from "../../http/Athena.ts"
import type { Call } from "../../http/Call.ts"
import { type EndpointDescription, templateOf } from "../../http/EndpointDescription.ts"
import { type ReadBody, readJson } from "../../http/readBody.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { unexpectedShape } from "../list.ts"
import { mayHaveTakenEffect } from "../mayHaveTakenEffect.ts"
import { ReceivedRecords } from "../ReceivedRecords.ts"
import type { WriteOutcome } from "../write.ts"
import {
  type FhirSubscription,
  type FhirSubscriptionRequest,
  fhirSubscriptionKind,
  subscriptionResource
} from "./FhirSubscription.ts"
import { within } from "./ResourceKind.ts"

const description: EndpointDescription = {
  name: "CreateFhirSubscription",
  verb: "POST",
  path: "/fhir/r4/Subscription",
  vendorPage: "https://github.com/athenahealth/aone-fhir-subscriptions",
  evidence: "documented",
  repeat: "never",
  phi: noPhi,
  auditedParameters: []
}

export interface CreateFhirSubscriptionQuery extends FhirSubscriptionRequest {
  /**
   * Signs the notifications: the HMAC's key, under 200 bytes. The vendor would do without, and then send notifications
   * that anybody could have sent.
   */
  readonly secret: Redacted.Redacted
}

const readSubscription: ReadBody<FhirSubscription> = (body) =>
  Result.flatMap(readJson(body), (json) => {
    const received = new ReceivedRecords(within(fhirSubscriptionKind, undefined))
    received.add(json, JSON.stringify(json))
    const [subscription] = received.records
    return subscription === undefined ? unexpectedShape : Result.succeed(subscription)
  })

/**
 * Subscribes to one topic of one practice. Sent once. When its answer is lost the subscription may be there or not: see
 * `ListFhirSubscriptions`. Two of the same deliver every event twice under the same id, and one of them can be deleted.
 */
export const CreateFhirSubscription = {
  description,
  create: (query: CreateFhirSubscriptionQuery): Effect.Effect<WriteOutcome<FhirSubscription>, AthenaError, Athena> =>
    Effect.gen(function* () {
      const athena = yield* Athena
      const { practiceId } = query
      const askedAt = yield* DateTime.now
      const call: Call = {
        endpoint: description,
        practiceId,
        path: {},
        query: {},
        json: subscriptionResource(athena.origin, query),
        headers: { "x-hub-secret": query.secret }
      }
      const lost = (reason: AthenaError) =>
        Effect.map(
          DateTime.now,
          (lostAt): WriteOutcome<FhirSubscription> => ({
            _tag: "OutcomeUnknown",
            endpoint: templateOf(description),
            practiceId,
            askedAt,
            lostAt,
            reason
          })
        )
      return yield* athena.inFlight(practiceId, athena.exchange(call, readSubscription)).pipe(
        Effect.map(
          ({ body, requestId }): WriteOutcome<FhirSubscription> => ({ _tag: "Written", value: body, requestId })
        ),
        Effect.catchIf(mayHaveTakenEffect, lost)
      )
    })
}
