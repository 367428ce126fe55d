/**
 * How the inbox stands, as metrics: cheap enough to be asked every few seconds, since what is done is not counted.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect, Metric } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

const events = Metric.gauge("athena_webhook_events", {
  description: "Events of the inbox that are not done, by status: pending, processing, dead"
})
const records = Metric.gauge("athena_webhook_records_waiting", {
  description: "Records of the practice that wait to be read"
})
const oldest = Metric.gauge("athena_webhook_oldest_seconds", {
  description:
    "For how long the record of the practice that waits longest has done so: how far behind the vendor's word the database is"
})
const paused = Metric.gauge("athena_webhook_paused_seconds", {
  description: "For how long nothing of the practice is read, since it does not answer or said so"
})
const unread = Metric.gauge("athena_webhook_unreadable_notifications", {
  description: "Signed notifications that were kept since nobody could read an event in them"
})

/** Sets them. Plans: the partial indexes of events that are not done, the index of records by practice. */
export const inboxGauges = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [counts] = yield* sql<{
    readonly pending: number
    readonly processing: number
    readonly dead: number
    readonly unread: number
  }>`
    select
      (select count(*)::float8 from webhook.events where status = 'pending') as pending,
      (select count(*)::float8 from webhook.events where status = 'processing') as processing,
      (select count(*)::float8 from webhook.events where status = 'dead') as dead,
      (select count(*)::float8 from webhook.notifications) as unread`
  for (const status of ["pending", "processing", "dead"] as const) {
    yield* Metric.update(Metric.withAttributes(events, { status }), counts?.[status] ?? 0)
  }
  yield* Metric.update(unread, counts?.unread ?? 0)

  const waiting = yield* sql<{ readonly practiceId: string; readonly count: number; readonly seconds: number }>`
    select practice_id as "practiceId", count(*)::float8 as count,
      greatest(0, extract(epoch from now() - min(dirty_since)))::float8 as seconds
    from webhook.resources where not is_dead group by practice_id`
  for (const { count, practiceId, seconds } of waiting) {
    yield* Metric.update(Metric.withAttributes(records, { practice_id: practiceId }), count)
    yield* Metric.update(Metric.withAttributes(oldest, { practice_id: practiceId }), seconds)
  }
  // What an alert looks at is there also while nothing waits.
  if (waiting.length === 0) yield* Metric.update(Metric.withAttributes(oldest, { practice_id: "" }), 0)

  const pauses = yield* sql<{ readonly practiceId: string; readonly seconds: number }>`
    select practice_id as "practiceId", extract(epoch from until - now())::float8 as seconds
    from webhook.pauses where until > now()`
  for (const { practiceId, seconds } of pauses) {
    yield* Metric.update(Metric.withAttributes(paused, { practice_id: practiceId }), seconds)
  }
}).pipe(mapSqlError("inbox.gauges"))
