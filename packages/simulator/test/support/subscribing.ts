/** Subscribes as an app does, and receives what is sent, in memory. */
import { createHmac } from "node:crypto"
import type { NotificationPlan } from "@athena-engine/simulator/events/NotificationPlan"
import {
  NotificationPost,
  NotificationUnanswered,
  type PostedNotification
} from "@athena-engine/simulator/events/NotificationPost"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { Effect, Layer } from "effect"
import { answerTo, tokenRequest } from "./asking.ts"

export const secret = "SecretHashKeyForConsumer1"

const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"

export interface Asked {
  readonly topic: string
  readonly practiceId?: string
  readonly endpoint?: string
  readonly end?: string
  readonly secret?: string | undefined
}

/** Takes a token once; answers a function that subscribes and answers the subscription's id, and one that asks. */
export const subscriber = Effect.gen(function* () {
  const scopes = "system/Subscription.read system/Subscription.write"
  const answer = yield* answerTo(tokenRequest(`grant_type=client_credentials&scope=${encodeURIComponent(scopes)}`))
  const token: string = JSON.parse(answer.body).access_token
  const ask = (method: string, path: string, body = "", headers: Readonly<Record<string, string>> = {}) =>
    answerTo({ method, path, body, headers: { authorization: `Bearer ${token}`, ...headers } })
  const post = (asked: Asked) => {
    const key = "secret" in asked ? asked.secret : secret
    return ask(
      "POST",
      "/fhir/r4/Subscription",
      JSON.stringify({
        resourceType: "Subscription",
        meta: { profile: [`${backport}/backport-subscription`] },
        status: "requested",
        ...(asked.end === undefined ? {} : { end: asked.end }),
        reason: "Test",
        criteria: `https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/${asked.topic}`,
        _criteria: {
          extension: [
            {
              url: `${backport}/backport-filter-criteria`,
              valueString: `ah-practice=Organization/a-1.Practice-${asked.practiceId ?? "195900"}`
            }
          ]
        },
        channel: {
          type: "rest-hook",
          endpoint: asked.endpoint ?? "https://receiver.test/webhooks",
          payload: "application/fhir+json",
          _payload: { extension: [{ url: `${backport}/backport-payload-content`, valueCode: "id-only" }] }
        }
      }),
      { "content-type": "application/json", ...(key === undefined ? {} : { "x-hub-secret": key }) }
    )
  }
  const subscribe = (asked: Asked) => Effect.map(post(asked), ({ body }): string => JSON.parse(body).id)
  return { ask, post, subscribe }
})

type Reaction = (posted: PostedNotification) => Effect.Effect<number, NotificationUnanswered>

export const acknowledge: Reaction = () => Effect.succeed(200)
export const refuseConnection: Reaction = () => Effect.fail(new NotificationUnanswered())

/** A simulator with a stopped clock, and a subscriber that writes down what it gets and reacts as it is told to. */
export const receiving = (notifications: NotificationPlan = {}, options: SimulatorOptions = {}) => {
  const received: Array<PostedNotification> = []
  let reaction = acknowledge
  const post: Reaction = (posted) =>
    Effect.suspend(() => {
      received.push(posted)
      return reaction(posted)
    })
  const layer = Simulator.layer({
    seed: 4,
    startsAt: "2026-03-02T12:00:00Z",
    tokenLifetimeSeconds: 86_400,
    isClockStopped: true,
    notifications,
    ...options
  })
  return {
    received,
    react: (to: Reaction) => {
      reaction = to
    },
    layer: Layer.provide(layer, Layer.succeed(NotificationPost, post))
  }
}

export const textOf = ({ body }: PostedNotification): string => new TextDecoder().decode(body)

export interface Focus {
  readonly reference?: string
  readonly identifier?: { readonly system: string; readonly value: string }
}

export interface AuditEvent {
  readonly id: string
  readonly resourceType: string
  readonly extension?: ReadonlyArray<{ readonly url: string; readonly valueReference: { readonly reference: string } }>
  readonly type: { readonly code: string }
  readonly recorded: string
  readonly source: { readonly observer: { readonly reference: string } }
  readonly entity: ReadonlyArray<{ readonly what: Focus }>
}

export interface Status {
  readonly resourceType: string
  readonly status: string
  readonly type: string
  readonly topic: string
  readonly eventsSinceSubscriptionStart: string
  readonly eventsInNotification: number
  readonly subscription: { readonly reference: string }
  readonly notificationEvent: ReadonlyArray<{
    readonly id: string
    readonly eventNumber: string
    readonly timestamp: string
    readonly focus: Focus
  }>
}

export interface Bundle {
  readonly resourceType: string
  readonly id: string
  readonly type: string
  readonly timestamp: string
  readonly entry: readonly [
    { readonly resource: Status; readonly request: object; readonly response: object },
    ...Array<{ readonly resource: AuditEvent }>
  ]
}

export const bundleOf = (posted: PostedNotification): Bundle => JSON.parse(textOf(posted))

/** The resource that says what the Bundle is about. */
export const statusOf = (posted: PostedNotification): Status => bundleOf(posted).entry[0].resource

export const auditEventsOf = (posted: PostedNotification): ReadonlyArray<AuditEvent> =>
  bundleOf(posted)
    .entry.slice(1)
    .map(({ resource }) => resource as AuditEvent)

export const eventIdsOf = (posted: PostedNotification): ReadonlyArray<string> =>
  statusOf(posted).notificationEvent.map(({ id }) => id)

/** The signature that a receiver works out. */
export const hmacOf = (body: Uint8Array | string, method = "sha256"): string =>
  `${method}=${createHmac(method, secret).update(body).digest("hex")}`
