/**
 * What the commands of the event platform do.
 *
 * A subscription is created once: before, the app's list is read, and one that is there already is left as it is. When the
 * answer is lost, the list is read again, and once more half a minute later, as the server may still be at it; what is there
 * and was not before is the one. Nothing is created twice, and a killed run is simply started again.
 */
import { credentialsOf } from "@athena-engine/athena-core/credentials/PracticeCredentials"
import { CreateFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/CreateFhirSubscription"
import { DeleteFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/DeleteFhirSubscription"
import type { FhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/FhirSubscription"
import { ListFhirSubscriptions } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptions"
import { ListFhirSubscriptionTopics } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptionTopics"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { DateTime, Effect, Option, type Redacted, Stream } from "effect"
import type { ShownSubscription, ShownTopic, SubscriptionResult } from "../output/subscriptionsReport.ts"
import type { EventPlatform } from "./onEventPlatform.ts"

const shown = (subscription: FhirSubscription): ShownSubscription => ({
  subscriptionId: subscription.subscriptionId,
  practiceId: subscription.practiceId ?? null,
  topic: subscription.topic ?? null,
  endpoint: subscription.endpoint ?? null,
  status: subscription.status ?? null,
  endsAt: subscription.endsAt === undefined ? null : DateTime.formatIso(subscription.endsAt)
})

/** The topics, asked for as the first of these practices; they are the same for all. */
export const listTopics = Effect.fnUntraced(function* (practices: ReadonlyArray<PracticeId>) {
  const found = yield* Effect.forEach(practices.slice(0, 1), (practiceId) =>
    Stream.runCollect(ListFhirSubscriptionTopics.records({ practiceId }))
  )
  return found.flat().map(
    ({ description, status, topic }): ShownTopic => ({
      topic,
      description: description ?? null,
      status: status ?? null
    })
  )
})

/** One practice of each app: an app's list holds the subscriptions of all its practices. */
const onePerApp = ({ credentials, practices }: EventPlatform): ReadonlyArray<PracticeId> => {
  const ofApp = new Map(
    practices.map((practiceId) => [
      Option.match(credentialsOf(credentials, practiceId), { onNone: () => "", onSome: ({ clientId }) => clientId }),
      practiceId
    ])
  )
  return [...ofApp.values()]
}

/** A subscription, and a practice whose app it belongs to. */
export interface Found {
  readonly as: PracticeId
  readonly subscription: FhirSubscription
}

const listAs = (as: PracticeId) =>
  Effect.map(Stream.runCollect(ListFhirSubscriptions.records({ practiceId: as })), (subscriptions) =>
    subscriptions.map((subscription): Found => ({ as, subscription }))
  )

/** Everything that these apps subscribe to. */
export const listAll = (platform: EventPlatform) =>
  Effect.map(Effect.forEach(onePerApp(platform), listAs), (lists) => lists.flat())

/** The subscriptions of the apps; of the practices named, if any are. */
export const listSubscriptions = Effect.fnUntraced(function* (
  platform: EventPlatform,
  named: ReadonlyArray<PracticeId>
) {
  const found = yield* listAll(platform)
  return found
    .map(({ subscription }) => subscription)
    .filter(({ practiceId }) => named.length === 0 || named.some((one) => one === practiceId))
    .map(shown)
})

/** One subscription that there should be. */
export interface Wanted {
  readonly practiceId: PracticeId
  readonly topic: string
  readonly endpoint: string
}

/** Whether it is the one that is wanted; one that is off delivers nothing, and does not count. */
export const isOf =
  ({ endpoint, practiceId, topic }: Wanted) =>
  ({ subscription }: Found): boolean =>
    subscription.practiceId === practiceId &&
    subscription.topic === topic &&
    subscription.endpoint === endpoint &&
    subscription.status !== "off"

/** What became of a creation without an answer. */
const settle = Effect.fnUntraced(function* (wanted: Wanted, before: ReadonlyArray<Found>) {
  const known = new Set(before.map(({ subscription }) => subscription.subscriptionId))
  const look = Effect.map(listAs(wanted.practiceId), (list) =>
    list.filter(isOf(wanted)).find(({ subscription }) => !known.has(subscription.subscriptionId))
  )
  return (yield* look) ?? (yield* Effect.delay(look, "30 seconds"))
})

const failure = (tag: string, message: string) => ({ status: "failed" as const, error: { tag, message } })

export interface CreateOptions {
  readonly topic: ReadonlyArray<string>
  readonly endpoint: string
  readonly another: boolean
  readonly secret: Redacted.Redacted
}

const createOne = Effect.fnUntraced(function* (wanted: Wanted, before: ReadonlyArray<Found>, options: CreateOptions) {
  const existing = before.find(isOf(wanted))
  const result = { ...wanted, subscriptionId: null }
  if (existing !== undefined && !options.another) {
    return { ...result, subscriptionId: existing.subscription.subscriptionId, status: "exists" as const }
  }
  const endsAt = DateTime.add(yield* DateTime.now, { years: 1 })
  const outcome = yield* CreateFhirSubscription.create({
    ...wanted,
    endsAt,
    reason: "athena-sync",
    secret: options.secret
  })
  if (outcome._tag === "Written") {
    return { ...result, subscriptionId: outcome.value.subscriptionId, status: "created" as const }
  }
  const found = yield* settle(wanted, before)
  return found === undefined
    ? {
        ...result,
        ...failure("OutcomeUnknown", "no answer came, and the list does not show it. Run the command again")
      }
    : { ...result, subscriptionId: found.subscription.subscriptionId, status: "created" as const }
})

/** Creates one, or tells why not. */
export const tryCreate = (one: Wanted, before: ReadonlyArray<Found>, options: CreateOptions) =>
  createOne(one, before, options).pipe(
    Effect.catchTags({
      AthenaError: (error) =>
        Effect.succeed({ ...one, subscriptionId: null, ...failure(error.reason._tag, error.message) }),
      NextPageRefused: (error) =>
        Effect.succeed({ ...one, subscriptionId: null, ...failure(error._tag, error.message) })
    }),
    Effect.map((result): SubscriptionResult => result)
  )

/** Each of these practices to each topic. */
export const wantedOf = (
  { practices }: EventPlatform,
  { endpoint, topic }: Pick<CreateOptions, "endpoint" | "topic">
): ReadonlyArray<Wanted> =>
  practices.flatMap((practiceId) => [...new Set(topic)].map((one): Wanted => ({ practiceId, topic: one, endpoint })))

/** Subscribes each practice to each topic, one after the other; a refusal of one does not stop the next. */
export const createSubscriptions = Effect.fnUntraced(function* (platform: EventPlatform, options: CreateOptions) {
  const before = yield* listAll(platform)
  return yield* Effect.forEach(wantedOf(platform, options), (one) => tryCreate(one, before, options))
})

/** Ends a subscription of these apps; one that went away meanwhile has ended. */
export const deleteSubscription = Effect.fnUntraced(function* (
  platform: EventPlatform,
  subscriptionId: string,
  named: ReadonlyArray<PracticeId>
) {
  const all = yield* listAll(platform)
  const found = all.find(({ subscription }) => subscription.subscriptionId === subscriptionId)
  const { endpoint = null, practiceId = null, topic = null } = found?.subscription ?? {}
  const result = { subscriptionId, practiceId, topic, endpoint }
  const isOfNamed = named.length === 0 || named.some((one) => one === practiceId)
  if (found === undefined || !isOfNamed) {
    const whose = found === undefined ? "the app has no such subscription" : "the subscription is of another practice"
    return { ...result, ...failure("RecordNotFound", `${whose}. See athena-sync subscriptions list`) }
  }
  yield* DeleteFhirSubscription.remove({ practiceId: found.as, subscriptionId }).pipe(
    Effect.catchReason("AthenaError", "RecordNotFound", () => Effect.void)
  )
  return { ...result, status: "deleted" as const }
})
