/** What `GET /metrics` tells beside the counters of the process. */
import { Inbox } from "@athena-engine/inbox/commit/Inbox"
import { inboxGauges } from "@athena-engine/inbox/status/inboxGauges"
import { budgetGauges } from "@athena-engine/program/health/budgetGauges"
import { Effect, Metric, Schema } from "effect"

const waiting = Metric.gauge("athena_webhook_waiting_notifications", {
  description: "Verified notifications of this process that wait for the database"
})

/** The server has no database yet. */
export class NotThereYet extends Schema.TaggedError<NotThereYet>()("NotThereYet", {}) {}

/** Sets them, most of them from the database. */
export const serverGauges = Effect.gen(function* () {
  const inbox = yield* Inbox
  yield* Metric.update(waiting, yield* inbox.waiting)
  yield* inboxGauges
  yield* budgetGauges
})
