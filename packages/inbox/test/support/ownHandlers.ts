import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as HandledInbox from "@athena-engine/inbox/deliver/HandledInbox"
import { startDeliveries } from "@athena-engine/inbox/deliver/startDeliveries"
import * as Handlers from "@athena-engine/inbox/handlers/Handlers"
import { on } from "@athena-engine/inbox/handlers/on"
import { startWorker } from "@athena-engine/inbox/process/Worker"
import { Effect, Layer } from "effect"

const greet = on("Appointment.check-in", { name: "greet" }, ({ idempotencyKey, record }) =>
  record === undefined ? Effect.void : Effect.logInfo(`appointment ${record.appointmentId} (${idempotencyKey})`)
)
const bill = on("Claim.*", { name: "bill", timeout: "1 minute" }, ({ read }) =>
  Effect.flatMap(read, (claim) => Effect.logInfo(`claim ${claim.claimId}`))
)

/** The inbox that a receiver commits to, with the handlers beneath it. */
export const inbox = Layer.provideMerge(HandledInbox.layer(), Handlers.layer([greet, bill]))

/** Works it off, as long as the scope is open. */
export const work = (by: { readonly runId: RunId; readonly holder: string }) =>
  Effect.andThen(startWorker(by), startDeliveries(by))
