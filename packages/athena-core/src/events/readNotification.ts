/**
 * Reads a notification: a FHIR Bundle with a SubscriptionStatus, which lists events, and an AuditEvent for each of them.
 *
 * The vendor's shape may change, and a refused event is a lost one. So everything is looked for by what it is and not by
 * where it stands, what is missing is done without, and what cannot be read does not take its neighbours along:
 *
 * - Event and AuditEvent belong together by their id, in whatever order they come. An event without an AuditEvent is read from
 *   what is left, an AuditEvent without an event is one.
 * - Counters are relative to the Bundle; they say nothing but how many events were meant to be in it.
 * - The time of sending is not looked at: it may be before that of the events.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 4, and its samples).
 */
import { Array as Arr, DateTime } from "effect"
import type { DepartmentId } from "../ids/DepartmentId.ts"
import { isOpaqueId } from "../ids/OpaqueId.ts"
import { PatientId } from "../ids/PatientId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { isTopicName } from "../ids/TopicName.ts"
import { isoStamp } from "../time/isoStamp.ts"
import { type AuditEvent, auditEvent } from "./auditEvent.ts"
import type { EventNotification, KeptBecause, NoEvents, NotificationReading } from "./EventNotification.ts"
import { type EventFocus, eventFocus } from "./eventFocus.ts"
import { field, items, shortText } from "./json.ts"
import { isNestedTooDeep } from "./nesting.ts"
import { bodyOf, type VerifiedNotification } from "./Signature.ts"
import { eventRecordType, topicNamed } from "./topics.ts"

/** What the notification says. Never throws, and gives nothing but ids, whatever the bytes. */
export const readNotification = (notification: VerifiedNotification): NotificationReading => {
  const bundle = parsed(bodyOf(notification))
  if (bundle === undefined) return { _tag: "Refused", reason: "not-json" }
  if (field(bundle, "resourceType") !== "Bundle") return { _tag: "Refused", reason: "not-a-bundle" }
  const entries = items(field(bundle, "entry"))
  const resources = entries.map((entry) => field(entry, "resource"))
  const statuses = resources.filter((resource) => field(resource, "resourceType") === "SubscriptionStatus")
  const audits = new Map<string, AuditEvent>()
  for (const resource of resources) {
    const audit = auditEvent(resource)
    if (audit !== undefined) audits.set(audit.id, audit)
  }
  const told = toldBy(statuses, audits)
  const events = told.found.flatMap((one) => eventOf(one, audits.get(one.id)) ?? [])
  const unread = told.count - events.length
  if (Arr.isReadonlyArrayNonEmpty(events)) return { _tag: "Events", events, unread }
  if (told.found.length > 0) return { _tag: "Unreadable", reason: "events" }
  if (unread > 0) return { _tag: "Unreadable", reason: "no-event" }
  if (statuses.length > 0) return { _tag: "NoEvents", kind: kindOf(shortText(field(statuses[0], "type"))) }
  return entries.length === 0 ? { _tag: "NoEvents", kind: "empty" } : { _tag: "Unreadable", reason: "no-status" }
}

/** Bytes that are no UTF-8 can only be in what is not read. */
const decoder = new TextDecoder()

const parsed = (body: Uint8Array): unknown => {
  if (isNestedTooDeep(body)) return undefined
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    // The parser's message quotes the body.
    return undefined
  }
}

/** An event, as a SubscriptionStatus lists it; or what the status says, for one that it does not list. */
interface Told {
  readonly id: string
  readonly event: unknown
  readonly topic: string | undefined
  readonly subscriptionId: string | undefined
}

/** Every event once, and how many there should be. */
const toldBy = (statuses: ReadonlyArray<unknown>, audits: ReadonlyMap<string, AuditEvent>) => {
  const found = new Map<string, Told>()
  let unnamed = 0
  let repeated = 0
  let announced = 0
  const about = statuses.map((status) => ({
    events: items(field(status, "notificationEvent")),
    announced: field(status, "eventsInNotification"),
    topic: topicOf(shortText(field(status, "topic"))),
    subscriptionId: subscriptionOf(shortText(field(field(status, "subscription"), "reference")))
  }))
  for (const { announced: number, events, subscriptionId, topic } of about) {
    announced += isCount(number) ? number : 0
    for (const event of events) {
      const id = shortText(field(event, "id"))
      if (id === undefined || !isOpaqueId(id)) unnamed++
      else if (found.has(id)) repeated++
      else found.set(id, { id, event, topic, subscriptionId })
    }
  }
  const [only] = about.length === 1 ? about : []
  for (const id of audits.keys()) {
    if (found.has(id)) continue
    found.set(id, { id, event: undefined, topic: only?.topic, subscriptionId: only?.subscriptionId })
    // It stands in for one that was listed without its id.
    unnamed = Math.max(0, unnamed - 1)
  }
  return { found: [...found.values()], count: Math.max(found.size + unnamed, announced - repeated) }
}

/** What a Bundle below its limit of size could hold. */
const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0 && Number(value) < 1e5

const kinds = ["handshake", "heartbeat", "query-status", "query-event"] as const

const kindOf = (type: string | undefined): NoEvents["kind"] =>
  type === "event-notification" ? "empty" : (kinds.find((kind) => kind === type) ?? "other")

const lastSegment = (text: string | undefined): string => text?.split("/").at(-1) ?? ""

/** The host before the topic is not looked at: preview's notifications name production's. */
const topicOf = (url: string | undefined): string | undefined => {
  const topic = lastSegment(url)
  return isTopicName(topic) ? topic : undefined
}

const subscriptionOf = (reference: string | undefined): string | undefined => {
  const id = lastSegment(reference)
  return isOpaqueId(id) ? id : undefined
}

const eventOf = (told: Told, audit: AuditEvent | undefined): EventNotification | undefined => {
  const focus = eventFocus(field(told.event, "focus")) ?? audit?.focus
  const practices = [audit?.observer?.localId as PracticeId | undefined, ...practicesNamed(focus, audit)]
  const practiceId = practices.find((practice) => practice !== undefined)
  if (practiceId === undefined) return undefined
  const topic = [told.topic, audit?.topic].find(isKnown) ?? told.topic ?? audit?.topic ?? "unknown"
  const isOfOthers = practices.some((practice) => practice !== undefined && practice !== practiceId)
  const patientId = patientOf(topic, practiceId, focus, audit)
  const { department } = audit ?? {}
  return {
    eventId: told.id,
    topic,
    practiceId,
    resource: topic.split(".")[0] ?? topic,
    resourceId: focus?.resourceId ?? "unknown",
    logicalId: focus?.logicalId,
    patientId,
    departmentId: department?.practiceId === practiceId ? (department.localId as DepartmentId) : undefined,
    subscriptionId: told.subscriptionId,
    occurredAt: stampOf(field(told.event, "timestamp")) ?? stampOf(audit?.recorded),
    keptBecause: isOfOthers ? "other-practice" : keptBecause(topic, focus)
  }
}

const isKnown = (topic: string | undefined): topic is string => topic !== undefined && topicNamed(topic) !== undefined

/** Its department may belong to another practice, nothing is read by it. */
const practicesNamed = (focus: EventFocus | undefined, audit: AuditEvent | undefined) => [
  ...(focus?.practiceIds ?? []),
  ...(audit?.focus?.practiceIds ?? []),
  audit?.patient?.practiceId
]

const keptBecause = (topic: string, focus: EventFocus | undefined): KeptBecause | undefined => {
  const known = topicNamed(topic)
  const type = known === undefined ? undefined : eventRecordType(known.type)
  if (type === undefined) return "unknown-topic"
  return focus?.isOf(type) === true ? undefined : "unknown-form"
}

/** The patient may be the focus itself, and then is not told a second time. */
const patientOf = (
  topic: string,
  practiceId: PracticeId,
  focus: EventFocus | undefined,
  audit: AuditEvent | undefined
): PatientId | undefined => {
  const patient = audit?.patient
  if (patient?.practiceId === practiceId) return PatientId.make(patient.localId)
  const isOwn = topicNamed(topic)?.type === "Patient" && focus?.practiceIds.every((id) => id === practiceId) === true
  return isOwn ? PatientId.make(focus.resourceId) : undefined
}

/** A stamp that a calendar of ours could have; others would not fit a database. */
const stampOf = (value: unknown): DateTime.Utc | undefined => {
  const stamp = isoStamp.parse(shortText(value) ?? "")
  const year = stamp === undefined ? 0 : DateTime.getPartUtc(stamp, "year")
  return year >= 2000 && year < 2200 ? stamp : undefined
}
