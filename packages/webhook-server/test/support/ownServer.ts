import { on } from "@athena-engine/inbox/handlers/on"
import { WebhookServer } from "@athena-engine/webhook-server/server/WebhookServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"

const greet = on("Appointment.check-in", { name: "greet" }, ({ idempotencyKey, record }) =>
  record === undefined ? Effect.void : Effect.logInfo(`greeting for ${record.appointmentId} (${idempotencyKey})`)
)

/** Reads the same variables as `athena-webhooks`, and does all that it does. */
export const server = WebhookServer.run({ handlers: [greet] })

if (import.meta.main) NodeRuntime.runMain(Effect.provide(server, NodeServices.layer))
