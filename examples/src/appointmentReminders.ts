/**
 * Says whom to remind of which appointment, from athenahealth's event notifications: a receiver for the internet with a handler of
 * its own. `ATHENA_WEBHOOK_SECRETS=… PORT=8080 node appointmentReminders.ts`; every other variable is `athena-webhooks`'.
 *
 * A notification is acknowledged when it is committed. Then its appointment is read, audited, and stored, and the handler is called
 * with it as it is by then: events come twice and in any order, and what counts is the present state. A call that fails is
 * repeated, later each time; one whose process dies is repeated as well. So a reminder may be sent twice, and whoever sends it
 * tells that by the key.
 */
import { on } from "@athena-engine/inbox/handlers/on"
import { Program } from "@athena-engine/program/Program"
import { WebhookServer } from "@athena-engine/webhook-server/server/WebhookServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect } from "effect"

/** Sending it is for whoever reads these lines. */
const remind = on(
  ["Appointment.schedule", "Appointment.reschedule", "Appointment.update", "Appointment.cancel"],
  { name: "remind" },
  ({ idempotencyKey, record, resourceId }) =>
    record?.status === "f" && record.patientId !== undefined
      ? Console.log(
          `remind    appointment ${resourceId}  ${record.date} ${record.startTime}  patient ${record.patientId}  ${idempotencyKey}`
        )
      : Console.log(`withdraw  appointment ${resourceId}  ${idempotencyKey}`)
)

WebhookServer.run({ handlers: [remind] }).pipe(
  Effect.provideService(Program, { name: "appointment-reminders", version: "1.0.0" }),
  Effect.catch((error) =>
    Effect.sync(() => {
      process.stderr.write(`failed: ${error.message}\n`)
      process.exitCode = 1
    })
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
