/**
 * What practices should be subscribed to at one endpoint, against what they are.
 *
 * Mended in this order: what is missing is created, then what is too much is deleted, and nothing is deleted if something
 * could not be created. So events come twice for a moment, and never not at all; a killed run is simply started again.
 */
import { DeleteFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/DeleteFhirSubscription"
import { DateTime, Effect } from "effect"
import type { SubscriptionResult } from "../output/subscriptionsReport.ts"
import {
  type CreateOptions,
  type Found,
  isOf,
  listAll,
  tryCreate,
  type Wanted,
  wantedOf
} from "./eventSubscriptions.ts"
import type { EventPlatform } from "./onEventPlatform.ts"

type DriftOptions = Pick<CreateOptions, "endpoint" | "topic">

/** One that ends sooner is as good as missing. */
const renewedBefore = { days: 30 } as const

const compare = Effect.fnUntraced(function* (platform: EventPlatform, options: DriftOptions) {
  const existing = (yield* listAll(platform)).filter(
    ({ subscription: { endpoint, practiceId } }) =>
      endpoint === options.endpoint && platform.practices.some((one) => one === practiceId)
  )
  const soon = DateTime.add(yield* DateTime.now, renewedBefore)
  const lasting = existing.filter(
    ({ subscription: { endsAt } }) => endsAt === undefined || DateTime.isGreaterThan(endsAt, soon)
  )
  const kept = new Set<Found>()
  const missing: Array<Wanted> = []
  for (const wanted of wantedOf(platform, options)) {
    const found = lasting.find(isOf(wanted))
    if (found === undefined) missing.push(wanted)
    else kept.add(found)
  }
  return { existing, kept: [...kept], missing, surplus: existing.filter((found) => !kept.has(found)) }
})

const resultOf = ({ subscription }: Found, status: "exists" | "deleted" | "surplus"): SubscriptionResult => ({
  practiceId: subscription.practiceId ?? null,
  topic: subscription.topic ?? null,
  endpoint: subscription.endpoint ?? null,
  subscriptionId: subscription.subscriptionId,
  status
})

/** What differs; changes nothing. */
export const driftOf = Effect.fnUntraced(function* (platform: EventPlatform, options: DriftOptions) {
  const { kept, missing, surplus } = yield* compare(platform, options)
  return [
    ...kept.map((found) => resultOf(found, "exists")),
    ...missing.map((wanted): SubscriptionResult => ({ ...wanted, subscriptionId: null, status: "missing" })),
    ...surplus.map((found) => resultOf(found, "surplus"))
  ]
})

const remove = (found: Found) =>
  DeleteFhirSubscription.remove({ practiceId: found.as, subscriptionId: found.subscription.subscriptionId }).pipe(
    Effect.catchReason("AthenaError", "RecordNotFound", () => Effect.void),
    Effect.as(resultOf(found, "deleted"))
  )

/** Mends what differs, and answers what was done. */
export const mendDrift = Effect.fnUntraced(function* (platform: EventPlatform, options: CreateOptions) {
  const { existing, kept, missing, surplus } = yield* compare(platform, options)
  const created = yield* Effect.forEach(missing, (wanted) => tryCreate(wanted, existing, options))
  const isWhole = created.every(({ status }) => status === "created")
  const rest = yield* Effect.forEach(surplus, (found) =>
    isWhole ? remove(found) : Effect.succeed(resultOf(found, "surplus"))
  )
  return [...kept.map((found) => resultOf(found, "exists")), ...created, ...rest]
})
