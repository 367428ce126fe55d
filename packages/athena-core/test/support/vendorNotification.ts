/** Notifications of the shape of the vendor's three samples, which are signed with the secret that it published for them. */
import { createHmac } from "node:crypto"
import { Redacted, Result } from "effect"
import { UnverifiedNotification, type VerifiedNotification, verify } from "../../src/events/Signature.ts"

export const sampleSecret = "SecretHashKeyForConsumer1"
export const secrets = [Redacted.make(sampleSecret)]

export type Json = Record<string, unknown>

export interface SampleEvent {
  readonly id: string
  readonly focus: Json
  readonly topic?: string
  readonly timestamp?: string
  readonly extension?: ReadonlyArray<Json>
  readonly practiceId?: string
}

export const eventId = (n: number): string => `0b6c8d1e-52f4-4b8a-9c7d-${String(n).padStart(12, "0")}`
export const subscriptionId = "39c71a6e-7b1d-4c0f-8a52-f2f4d64d1f9b"

export const identifier = (entity: string, value: unknown, practiceId = "195900"): Json => ({
  identifier: { system: `urn:athenahealth:athenanet:${entity}:${practiceId}`, value }
})

export const reference = (to: string): Json => ({ reference: to })

/** As the samples have them: department alone with patients, all three with appointments and orders. */
export const extensions = {
  patient: (patientId: string, scheme = "https", practiceId = "195900"): Json => ({
    url: `${scheme}://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.patient`,
    valueReference: { reference: `Patient/a-${practiceId}.E-${patientId}` }
  }),
  department: (departmentId: string, practiceId = "195900"): Json => ({
    url: "https://fhir.athena.io/StructureDefinition/ah-department",
    valueReference: { reference: `Organization/a-${practiceId}.Department-${departmentId}` }
  }),
  group: (id: string): Json => ({
    url: "https://fhir.athena.io/StructureDefinition/ah-chart-sharing-group",
    valueReference: { reference: `Organization/a-195900.CSG-${id}` }
  })
}

const around = {
  request: { method: "GET", url: `Subscription/${subscriptionId}/$status` },
  response: { status: "200" }
}

export const entry = (resource: Json): Json => ({ fullUrl: `urn:uuid:${resource["id"]}`, resource, ...around })

export const statusOf = (topic: string, events: ReadonlyArray<SampleEvent>, type = "event-notification"): Json => ({
  resourceType: "SubscriptionStatus",
  id: "9f1e8c55-0d0b-4d4e-8a0f-2d1a51c1f5c3",
  status: "active",
  type,
  eventsSinceSubscriptionStart: String(events.length),
  eventsInNotification: events.length,
  subscription: { reference: `Subscription/${subscriptionId}` },
  topic: `https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/${topic}`,
  notificationEvent: events.map(({ focus, id, timestamp }, n) => ({
    id,
    eventNumber: String(n + 1),
    timestamp: timestamp ?? "2023-04-14T09:22:56Z",
    focus
  }))
})

export const auditEventOf = (topic: string, event: SampleEvent): Json => ({
  resourceType: "AuditEvent",
  id: event.id,
  meta: { versionId: "0" },
  extension: event.extension ?? [],
  type: { system: "https://fhir.athena.io/CodeSystem/SubscriptionTopic", code: event.topic ?? topic },
  recorded: event.timestamp ?? "2023-04-14T09:22:56Z",
  agent: [
    {
      who: { identifier: { value: "jquillfeather" } },
      requestor: true,
      location: { reference: "Organization/a-195900.Department-1" }
    }
  ],
  source: { observer: { reference: `Organization/a-1.Practice-${event.practiceId ?? "195900"}` } },
  entity: [{ what: event.focus }]
})

export const bundleOf = (entries: ReadonlyArray<Json>): Json => ({
  resourceType: "Bundle",
  id: "6c2b8d7f-5d44-4d7e-b5b3-41cb2c0ac5c3",
  meta: {
    profile: ["http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-notification"]
  },
  type: "history",
  timestamp: "2023-04-14T09:22:57.517+00:00",
  entry: entries
})

export const notificationOf = (topic: string, events: ReadonlyArray<SampleEvent>): Json =>
  bundleOf([entry(statusOf(topic, events)), ...events.map((event) => entry(auditEventOf(topic, event)))])

/** With the space and the line feed that the samples end with, and that are signed. */
export const bytesOf = (bundle: unknown): Uint8Array => Buffer.from(`${JSON.stringify(bundle, undefined, 2)} \n`)

export const signatureOf = (body: Uint8Array | string, secret = sampleSecret, method = "sha256"): string =>
  `${method}=${createHmac(method, secret).update(body).digest("hex")}`

/** A notification that verifies, whatever its bytes. */
export const signed = (body: Uint8Array): VerifiedNotification =>
  Result.getOrThrow(verify(new UnverifiedNotification(body, signatureOf(body)), secrets))

export const samples: Readonly<Record<"patient" | "appointment" | "order", Json>> = {
  patient: notificationOf("Patient.update", [
    {
      id: eventId(1),
      focus: { ...reference("Patient/a-195900.E-1"), ...identifier("patient", "1") },
      extension: [extensions.department("1")]
    }
  ]),
  appointment: notificationOf("Appointment.schedule", [
    {
      id: eventId(2),
      focus: identifier("appointment", "2"),
      extension: [extensions.patient("60178"), extensions.department("150"), extensions.group("42")]
    }
  ]),
  order: notificationOf("Order.signoff", [
    {
      id: eventId(3),
      focus: identifier("order", "3"),
      extension: [extensions.patient("60179"), extensions.department("1"), extensions.group("42")]
    }
  ])
}
