/** Notifications as the vendor sends them, and as it would not. */
import { createHmac } from "node:crypto"
import { Redacted } from "effect"

export const secret = "SecretHashKeyForConsumer1"
export const secrets = [Redacted.make("a-secret-of-before"), Redacted.make(secret)]

export const signatureOf = (body: Uint8Array | string, key = secret): string =>
  `sha256=${createHmac("sha256", key).update(body).digest("hex")}`

export const eventId = (n: number): string => `0b6c8d1e-52f4-4b8a-9c7d-${String(n).padStart(12, "0")}`

const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
const around = { request: { method: "GET", url: "Subscription/1/$status" }, response: { status: "200" } }

/** `events` check-ins, from the `n`th on; with the space and the line feed behind the last brace. */
export const notification = (n = 1, events = 1, type = "event-notification"): string => {
  const about = Array.from({ length: events }, (_, i) => ({
    id: eventId(n + i),
    focus: { identifier: { system: "urn:athenahealth:athenanet:appointment:195900", value: String(n + i) } }
  }))
  const bundle = {
    resourceType: "Bundle",
    id: "6c2b8d7f-5d44-4d7e-b5b3-41cb2c0ac5c3",
    meta: { profile: [`${backport}/backport-subscription-notification`] },
    type: "history",
    timestamp: "2023-04-14T09:22:57.517+00:00",
    entry: [
      {
        fullUrl: "urn:uuid:9f1e8c55-0d0b-4d4e-8a0f-2d1a51c1f5c3",
        resource: {
          resourceType: "SubscriptionStatus",
          type,
          eventsInNotification: events,
          subscription: { reference: "Subscription/39c71a6e-7b1d-4c0f-8a52-f2f4d64d1f9b" },
          topic: "https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/Appointment.check-in",
          notificationEvent: about.map((event) => ({ ...event, timestamp: "2023-04-14T09:22:56Z" }))
        },
        ...around
      },
      ...about.map(({ focus, id }) => ({
        fullUrl: `urn:uuid:${id}`,
        resource: {
          resourceType: "AuditEvent",
          id,
          extension: [
            {
              url: "https://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.patient",
              valueReference: { reference: "Patient/a-195900.E-60178" }
            }
          ],
          type: { code: "Appointment.check-in" },
          recorded: "2023-04-14T09:22:56Z",
          agent: [{ who: { identifier: { value: "jquillfeather" } }, requestor: true }],
          source: { observer: { reference: "Organization/a-1.Practice-195900" } },
          entity: [{ what: focus }]
        },
        ...around
      }))
    ]
  }
  return `${JSON.stringify(bundle, undefined, 2)} \n`
}
