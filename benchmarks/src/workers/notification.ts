import { createHmac } from "node:crypto"

export const secret = "what-the-subscriptions-were-made-with"

export const signatureOf = (body: Uint8Array | string): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`

const patientUrl = "https://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.patient"
const topic = "Appointment.update"

/** A notification of one event about an appointment of practice 195900, of the shape of the vendor's, signed. */
export const notificationOf = (
  eventId: string,
  appointmentId: string
): { readonly body: string; readonly signature: string } => {
  const body = `${JSON.stringify(
    {
      resourceType: "Bundle",
      id: "6c2b8d7f-5d44-4d7e-b5b3-41cb2c0ac5c3",
      type: "history",
      timestamp: "2023-04-14T09:22:57.517+00:00",
      entry: [
        {
          fullUrl: "urn:uuid:9f1e8c55-0d0b-4d4e-8a0f-2d1a51c1f5c3",
          resource: {
            resourceType: "SubscriptionStatus",
            type: "event-notification",
            eventsInNotification: 1,
            subscription: { reference: "Subscription/39c71a6e-7b1d-4c0f-8a52-f2f4d64d1f9b" },
            topic: `https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/${topic}`,
            notificationEvent: [
              {
                id: eventId,
                timestamp: "2023-04-14T09:22:56Z",
                focus: {
                  identifier: { system: "urn:athenahealth:athenanet:appointment:195900", value: appointmentId }
                }
              }
            ]
          }
        },
        {
          fullUrl: `urn:uuid:${eventId}`,
          resource: {
            resourceType: "AuditEvent",
            id: eventId,
            extension: [{ url: patientUrl, valueReference: { reference: "Patient/a-195900.E-60178" } }],
            type: { code: topic },
            recorded: "2023-04-14T09:22:56Z",
            source: { observer: { reference: "Organization/a-1.Practice-195900" } },
            entity: [
              {
                what: {
                  identifier: { system: "urn:athenahealth:athenanet:appointment:195900", value: appointmentId }
                }
              }
            ]
          }
        }
      ]
    },
    undefined,
    2
  )} \n`
  return { body, signature: signatureOf(body) }
}
