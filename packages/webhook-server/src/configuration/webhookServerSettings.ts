import { readAll, withDefault } from "@athena-engine/athena-core/configuration/variables"
import { serverVariables } from "@athena-engine/program/configuration/settings"
import { webhookRetention } from "@athena-engine/program/configuration/webhookRetention"
import { receiverSecrets } from "@athena-engine/program/configuration/webhookSecret"
import { Effect } from "effect"
import { trustedProxiesVariable } from "../addresses/settings.ts"
import { consoleVariable } from "../console/settings.ts"
import { simulatedScopes } from "../simulated/simulatedPractice.ts"

const port = withDefault("PORT", 8080, "a port from 0 to 65535; 0 takes a free one", (value) =>
  /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined
)

/** Every variable of `athena-webhooks`, checked at once. */
export const webhookServerSettings = readAll({
  ...serverVariables,
  port,
  retention: webhookRetention,
  console: consoleVariable,
  secrets: receiverSecrets,
  trustedProxies: trustedProxiesVariable
}).pipe(
  // In the simulator the server makes its subscriptions itself.
  Effect.map((settings) =>
    settings.environment === "simulator" ? { ...settings, scope: `${settings.scope} ${simulatedScopes}` } : settings
  )
)

export type WebhookServerSettings = Effect.Success<typeof webhookServerSettings>
