/**
 * How the inbox stands, as metrics: cheap enough to be asked every few seconds, since what is done is not counted. Tags are
 * practices, handlers and statuses.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { DateTime, Effect, Metric, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readDeadLetters, readDepth, readFreshness, readOldestDue, readPauses } from "./readInbox.ts"

const events = Metric.gauge("athena_webhook_events", {
  description: "Events that are not done, by status: pending, processing, dead"
})
const oldest = Metric.gauge("athena_webhook_oldest_due_seconds", {
  description: "For how long the record that has waited longest for its turn has been due"
})
const dead = Metric.gauge("athena_webhook_dead_events", { description: "Events of the practice that were given up" })
const paused = Metric.gauge("athena_webhook_paused_seconds", {
  description: "For how long nothing more of the practice is read, since it is out or said so"
})
const lastEvent = Metric.gauge("athena_webhook_last_event_seconds", {
  description: "How long ago the practice's last event was received"
})
const lastStored = Metric.gauge("athena_webhook_last_stored_seconds", {
  description: "How long ago a record of the practice was last stored for an event"
})
const deliveries = Metric.gauge("athena_webhook_deliveries", {
  description: "Deliveries that a handler is owed (pending) or has given up (dead)"
})
const unread = Metric.gauge("athena_webhook_unreadable_notifications", {
  description: "Signed notifications that are kept since nobody could read an event in them"
})

const set = (gauge: Metric.Gauge<number>, tags: Readonly<Record<string, string>>, value: number) =>
  Metric.update(Metric.withAttributes(gauge, tags), value)

const secondsUntil = (iso: string, now: DateTime.Utc): number =>
  Option.match(DateTime.make(iso), {
    onNone: () => 0,
    onSome: (time) => (DateTime.toEpochMillis(time) - DateTime.toEpochMillis(now)) / 1000
  })

/** Indexes: those of deliveries that are pending, and of dead ones. */
const readDeliveries = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly handler: string; readonly status: "pending" | "dead"; readonly count: number }>`
    select handler, status, count(*)::float8 as count from webhook.deliveries
    where status = 'pending' group by handler, status
    union all
    select handler, status, count(*)::float8 from webhook.deliveries where status = 'dead' group by handler, status`
).pipe(mapSqlError("status.deliveries"))

const readUnreadable = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly count: number }>`select count(*)::float8 as count from webhook.notifications`
).pipe(
  Effect.map(([row]) => row?.count ?? 0),
  mapSqlError("status.unreadable")
)

/** Sets them from the database. */
export const inboxGauges = Effect.gen(function* () {
  const depth = yield* readDepth
  for (const status of ["pending", "processing", "dead"] as const) yield* set(events, { status }, depth[status])
  yield* set(oldest, {}, yield* readOldestDue)
  yield* set(unread, {}, yield* readUnreadable)
  for (const { events: count, practiceId } of yield* readDeadLetters)
    yield* set(dead, { practice_id: practiceId }, count)
  const now = yield* DateTime.now
  for (const { practiceId, until } of yield* readPauses) {
    yield* set(paused, { practice_id: practiceId }, Math.max(0, secondsUntil(until, now)))
  }
  for (const { lastEventAt, lastStoredAt, practiceId } of yield* readFreshness) {
    const tags = { practice_id: practiceId }
    if (lastEventAt !== null) yield* set(lastEvent, tags, Math.max(0, -secondsUntil(lastEventAt, now)))
    if (lastStoredAt !== null) yield* set(lastStored, tags, Math.max(0, -secondsUntil(lastStoredAt, now)))
  }
  for (const { count, handler, status } of yield* readDeliveries) yield* set(deliveries, { handler, status }, count)
})
