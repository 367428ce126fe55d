import { Effect } from "effect"
import type { AthenaError } from "../../errors/AthenaError.ts"
import { Athena } from "../../http/Athena.ts"
import type { EndpointDescription } from "../../http/EndpointDescription.ts"
import { readJson } from "../../http/readBody.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { FhirSubscriptionQuery } from "./GetFhirSubscription.ts"

const description: EndpointDescription = {
  name: "DeleteFhirSubscription",
  verb: "DELETE",
  path: "/fhir/r4/Subscription/{logicalid}",
  vendorPage: "https://github.com/athenahealth/aone-fhir-subscriptions",
  evidence: "documented",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: []
}

/**
 * Ends a subscription. It may be repeated: what an earlier attempt deleted counts as deleted. Fails with the reason
 * `RecordNotFound` when the first attempt already finds none.
 */
export const DeleteFhirSubscription = {
  description,
  remove: ({ practiceId, subscriptionId }: FhirSubscriptionQuery): Effect.Effect<void, AthenaError, Athena> =>
    Athena.use((athena) => {
      const call = { endpoint: description, practiceId, path: { logicalid: subscriptionId }, query: {} }
      return athena.inFlight(practiceId, athena.exchange(call, readJson)).pipe(
        Effect.asVoid,
        Effect.catchIf(
          (error) => error.reason._tag === "RecordNotFound" && error.attempts > 1,
          () => Effect.void
        )
      )
    })
}
