/**
 * Notifications as the vendor's samples show them (dossier H.5, H.6): a `SubscriptionStatus`, one `AuditEvent` for each event
 * behind it, and a space and a line feed behind the last brace, which are signed with the rest.
 */
import type { StoredSubscription } from "../fhir/SubscriptionStore.ts"
import { draw, pick } from "../world/random.ts"
import { uuidOf } from "../world/uuid.ts"
import type { EventRecord } from "./EventRecord.ts"
import type { FullPlan, NotificationFault } from "./NotificationPlan.ts"
import { focusOf } from "./topicFocus.ts"

const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"

/** Samples show the production host, for preview as well. */
const topicUrl = (topic: string, isLegacy: boolean): string =>
  `${isLegacy ? "https://api.fhir.athena.io" : "https://api.platform.athenahealth.com"}/fhir/r4/SubscriptionTopic/${topic}`

/** `event-notification`; the others are named by the standard and not by the vendor. */
export type NotificationType = "event-notification" | "handshake" | "heartbeat"

export interface ToRender {
  /** What the ids of the Bundle follow from. */
  readonly key: string
  readonly type: NotificationType
  readonly subscription: StoredSubscription
  readonly events: ReadonlyArray<EventRecord>
  readonly plan: FullPlan
  readonly faults: ReadonlyArray<NotificationFault>
  /** When it is sent, epoch milliseconds of the world. */
  readonly now: number
}

/** The body, byte by byte. */
export const renderNotification = (rendered: ToRender): string => {
  const { faults } = rendered
  const padding = faults.reduce((sum, fault) => sum + (fault.kind === "padding" ? fault.bytes : 0), 0)
  return `${contentOf(rendered, oddity(faults))}${" ".repeat(padding)} \n`
}

type Oddity = Extract<NotificationFault, { kind: "oddBody" }>["as"]

const oddity = (faults: ReadonlyArray<NotificationFault>): Oddity | undefined =>
  faults.find((fault) => fault.kind === "oddBody")?.as

const contentOf = (rendered: ToRender, odd: Oddity | undefined): string => {
  if (odd === "not-json") return "{resourceType: Bundle}"
  if (odd === "not-a-bundle") return JSON.stringify({ resourceType: "OperationOutcome", issue: [] })
  return JSON.stringify(bundle(rendered, odd))
}

const bundle = (rendered: ToRender, odd: Oddity | undefined): object => {
  const { events, faults, key, now, subscription } = rendered
  const skew = faults.reduce((sum, fault) => sum + (fault.kind === "clockSkew" ? fault.milliseconds : 0), 0)
  const statusId = uuidOf(`${key}/status`)
  const request = { method: "GET", url: `Subscription/${subscription.id}/$status` }
  const response = { status: "200" }
  const about = events.map((event, i) => aboutOf(rendered, event, i, odd))
  const isShuffled = faults.some((fault) => fault.kind === "shuffle")
  const told = isShuffled ? [...about].reverse() : about
  const status = {
    fullUrl: `urn:uuid:${statusId}`,
    resource: {
      resourceType: "SubscriptionStatus",
      id: statusId,
      status: "active",
      type: rendered.type,
      // The number of events of this very Bundle, whatever its name says.
      eventsSinceSubscriptionStart: String(events.length),
      eventsInNotification: events.length,
      subscription: { reference: `Subscription/${subscription.id}` },
      topic: topicUrl(subscription.topic, odd === "legacy"),
      ...(events.length === 0
        ? {}
        : {
            notificationEvent: told.map(({ event, focus }, i) => ({
              id: event.id,
              eventNumber: String(i + 1),
              timestamp: seconds(event.at),
              focus
            }))
          })
    },
    request,
    response
  }
  const auditEvents = about.map(({ resource }) => ({
    fullUrl: `urn:uuid:${resource.id}`,
    ...(odd === "legacy" ? {} : { resource }),
    request,
    response
  }))
  const entries = odd === "no-audit-events" ? [status] : [status, ...auditEvents]
  return {
    resourceType: "Bundle",
    id: uuidOf(`${key}/bundle`),
    meta: { profile: [`${backport}/backport-subscription-notification`] },
    type: "history",
    timestamp: new Date(now - skew).toISOString().replace("Z", "+00:00"),
    ...(odd === "empty-bundle" ? {} : { entry: entries })
  }
}

const aboutOf = (rendered: ToRender, event: EventRecord, i: number, odd: Oddity | undefined) => {
  const focus = focusIn(rendered, event, odd)
  return { event, focus, resource: auditEvent(rendered, event, i, focus) }
}

const focusIn = ({ plan }: ToRender, event: EventRecord, odd: Oddity | undefined): object => {
  const { localId, topic } = event
  if (odd === "legacy") {
    const entity = topic.split(".")[0]?.toLowerCase()
    const system = `urn:athenahealth:athenanet:api:${entity}s:${event.practiceId}`
    return { identifier: { system, value: localId } }
  }
  const practiceId = odd === "other-practice" ? String(Number(event.practiceId) + 100) : event.practiceId
  const ways = ["identifier", "reference", "both"] as const
  const as = plan.focus === "mixed" ? pick(ways, draw(plan.seed, event.at, Number(localId) || 0, 31)) : plan.focus
  return focusOf(topic, practiceId, localId, as)
}

const auditEvent = (rendered: ToRender, event: EventRecord, i: number, focus: object) => {
  const { practiceId } = event
  const extension = extensionsOf(rendered, event, i)
  const marker = rendered.faults.find((fault) => fault.kind === "plantMarker")?.marker
  const user = `frontdesk${(draw(rendered.plan.seed, event.at, i, 32) % 6) + 1}`
  return {
    resourceType: "AuditEvent",
    id: event.id,
    meta: { versionId: "0" },
    ...(extension.length === 0 ? {} : { extension }),
    type: { system: "https://fhir.athena.io/CodeSystem/SubscriptionTopic", code: event.topic },
    recorded: seconds(event.at),
    agent: [
      {
        who: { identifier: { value: marker === undefined ? user : `${user} ${marker}` } },
        requestor: true,
        ...(event.departmentId === undefined
          ? {}
          : { location: { reference: `Organization/a-${practiceId}.Department-${event.departmentId}` } })
      }
    ],
    source: { observer: { reference: `Organization/a-1.Practice-${practiceId}` } },
    entity: [{ what: focus }]
  }
}

/** The patient is left out where it is the focus itself. */
const extensionsOf = ({ plan }: ToRender, event: EventRecord, i: number): ReadonlyArray<object> => {
  const { chartSharingGroupId, departmentId, patientId, practiceId, topic } = event
  const scheme =
    plan.patientExtension === "mixed"
      ? pick(["http", "https"] as const, draw(plan.seed, event.at, i, 33))
      : plan.patientExtension
  const reference = (url: string, to: string) => ({ url, valueReference: { reference: to } })
  const isPatient = topic.startsWith("Patient.")
  return [
    ...(patientId === undefined || isPatient
      ? []
      : [
          reference(
            `${scheme}://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.patient`,
            `Patient/a-${practiceId}.E-${patientId}`
          )
        ]),
    ...(departmentId === undefined
      ? []
      : [
          reference(
            "https://fhir.athena.io/StructureDefinition/ah-department",
            `Organization/a-${practiceId}.Department-${departmentId}`
          )
        ]),
    ...(chartSharingGroupId === undefined || isPatient
      ? []
      : [
          reference(
            "https://fhir.athena.io/StructureDefinition/ah-chart-sharing-group",
            `Organization/a-${practiceId}.CSG-${chartSharingGroupId}`
          )
        ])
  ]
}

/** Commit times have whole seconds. */
const seconds = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`
