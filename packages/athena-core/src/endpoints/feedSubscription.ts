/**
 * The subscription that a changed-data feed needs before it can be read: the vendor collects changes for an app, a
 * practice and a feed from the moment that it is active, and nothing before.
 *
 * A change to it takes effect after up to 5 minutes in production, 10 to 15 in preview; what it says of itself lags
 * behind as well, and until then the feed answers `FeedNotSubscribed`. A practice that is not the app's own reads as
 * `INACTIVE`. Setting it twice is the same as once, so every call may be repeated.
 *
 * Source: https://docs.athenahealth.com/api/guides/changed-data-subscriptions
 */
import { Effect, Predicate, Result } from "effect"
import type { AthenaError } from "../errors/AthenaError.ts"
import { Athena } from "../http/Athena.ts"
import type { EndpointDescription } from "../http/EndpointDescription.ts"
import { type ReadBody, readJson } from "../http/readBody.ts"
import type { DepartmentId } from "../ids/DepartmentId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { noPhi } from "../phi/PhiClass.ts"
import type { WireRecord } from "../wire/columns.ts"
import { unexpectedShape } from "./list.ts"

/** What a practice's feed is subscribed to. */
export interface Subscription {
  /** `partial`: to some of the default events. `unknown`: a status that this version does not know. */
  readonly status: "active" | "inactive" | "partial" | "unknown"
  readonly eventNames: ReadonlyArray<string>
}

export interface SubscribeQuery {
  readonly practiceId: PracticeId
  /** One event; all default ones when absent. The vendor takes one a call. */
  readonly eventName?: string
  /**
   * Restricts the feed to departments, where the feed can. The list replaces the one before, in every call: without it
   * the whole practice is subscribed.
   */
  readonly departmentIds?: ReadonlyArray<DepartmentId>
}

export interface UnsubscribeQuery {
  readonly practiceId: PracticeId
  /** One event; all when absent. */
  readonly eventName?: string
}

/** The feed whose subscription it is. */
export interface SubscribedFeed {
  /** `ChangedAppointments`: the calls are named after it. */
  readonly name: string
  /** Of the subscription: `/v1/{practiceid}/appointments/changed/subscription`. */
  readonly path: string
  readonly vendorPage: string
  readonly evidence: EndpointDescription["evidence"]
}

export interface FeedSubscription {
  readonly descriptions: {
    readonly read: EndpointDescription
    readonly events: EndpointDescription
    readonly subscribe: EndpointDescription
    readonly unsubscribe: EndpointDescription
  }
  /** What is subscribed now, as far as the vendor says. */
  readonly read: (practiceId: PracticeId) => Effect.Effect<Subscription, AthenaError, Athena>
  /** The names of all events that there are. */
  readonly events: (practiceId: PracticeId) => Effect.Effect<ReadonlyArray<string>, AthenaError, Athena>
  /** Succeeds when the vendor has taken it; minutes may pass until it is active. */
  readonly subscribe: (query: SubscribeQuery) => Effect.Effect<void, AthenaError, Athena>
  /** Pending changes of what is unsubscribed are gone. */
  readonly unsubscribe: (query: UnsubscribeQuery) => Effect.Effect<void, AthenaError, Athena>
}

const statuses: Readonly<Record<string, Subscription["status"]>> = {
  active: "active",
  inactive: "inactive",
  partial: "partial"
}

/** `{"status":"ACTIVE","subscriptions":[{"eventname":"…"}]}`; the list of events is the same without a status. */
const readSubscription: ReadBody<Subscription> = (body) =>
  Result.flatMap(readJson(body), (json) => {
    if (!Predicate.isObject(json)) return unexpectedShape
    const { status, subscriptions } = json as WireRecord
    if (subscriptions !== undefined && subscriptions !== null && !Array.isArray(subscriptions)) return unexpectedShape
    const rows: ReadonlyArray<unknown> = subscriptions ?? []
    return Result.succeed({
      status: (typeof status === "string" ? statuses[status.trim().toLowerCase()] : undefined) ?? "unknown",
      eventNames: rows.flatMap((row) => {
        const name = Predicate.hasProperty(row, "eventname") ? row.eventname : undefined
        return typeof name === "string" ? [name] : []
      })
    })
  })

/** The four calls of one feed's subscription. */
export const feedSubscription = (feed: SubscribedFeed): FeedSubscription => {
  const described = (name: string, verb: EndpointDescription["verb"], path: string): EndpointDescription => ({
    name,
    verb,
    path,
    vendorPage: feed.vendorPage,
    evidence: feed.evidence,
    repeat: "safe",
    phi: noPhi,
    auditedParameters: []
  })
  const descriptions = {
    read: described(`Get${feed.name}Subscription`, "GET", feed.path),
    events: described(`List${feed.name}Events`, "GET", `${feed.path}/events`),
    subscribe: described(`SubscribeTo${feed.name}`, "POST", feed.path),
    unsubscribe: described(`UnsubscribeFrom${feed.name}`, "DELETE", feed.path)
  }

  const look = (endpoint: EndpointDescription, practiceId: PracticeId) =>
    Athena.use((athena) =>
      Effect.map(
        athena.inFlight(practiceId, athena.exchange({ endpoint, practiceId, path: {}, query: {} }, readSubscription)),
        ({ body }) => body
      )
    )

  const subscribe = ({ practiceId, eventName, departmentIds }: SubscribeQuery) =>
    Athena.use((athena) => {
      const form = {
        ...(eventName === undefined ? {} : { eventname: eventName }),
        ...(departmentIds === undefined ? {} : { departmentids: departmentIds.join(",") })
      }
      const call = { endpoint: descriptions.subscribe, practiceId, path: {}, query: {}, form }
      return Effect.asVoid(athena.inFlight(practiceId, athena.exchange(call, readJson)))
    })

  // The body of a DELETE gets lost on the way through some gateways.
  const unsubscribe = ({ practiceId, eventName }: UnsubscribeQuery) =>
    Athena.use((athena) => {
      const query: Record<string, string> = eventName === undefined ? {} : { eventname: eventName }
      const call = { endpoint: descriptions.unsubscribe, practiceId, path: {}, query }
      return Effect.asVoid(athena.inFlight(practiceId, athena.exchange(call, readJson)))
    })

  return {
    descriptions,
    read: (practiceId) => look(descriptions.read, practiceId),
    events: (practiceId) => Effect.map(look(descriptions.events, practiceId), ({ eventNames }) => eventNames),
    subscribe,
    unsubscribe
  }
}
