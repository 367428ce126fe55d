/** Subscribes to everything that happens to appointments of practice 195900, as an app of its own. */
import { eventTopics } from "@athena-engine/athena-core/events/topics"
import { secret } from "./notification.ts"

const backport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
const scope = "system/Subscription.read system/Subscription.write"

export const subscribe = async (origin: string, endpoint: string): Promise<void> => {
  const basic = Buffer.from("an-app:its-secret").toString("base64")
  const answer = await fetch(`${origin}/oauth2/v1/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "client_credentials", scope })
  })
  const { access_token: token } = (await answer.json()) as { readonly access_token: string }
  for (const { name, type } of eventTopics) {
    if (type !== "Appointment") continue
    const { ok, status } = await fetch(`${origin}/fhir/r4/Subscription`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-hub-secret": secret },
      body: JSON.stringify({
        resourceType: "Subscription",
        meta: { profile: [`${backport}/backport-subscription`] },
        status: "requested",
        reason: "Test",
        criteria: `https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/${name}`,
        _criteria: {
          extension: [
            {
              url: `${backport}/backport-filter-criteria`,
              valueString: "ah-practice=Organization/a-1.Practice-195900"
            }
          ]
        },
        channel: {
          type: "rest-hook",
          endpoint,
          payload: "application/fhir+json",
          _payload: { extension: [{ url: `${backport}/backport-payload-content`, valueCode: "id-only" }] }
        }
      })
    })
    if (!ok) throw new Error(`The simulator answered ${status} to a subscription`)
  }
}
