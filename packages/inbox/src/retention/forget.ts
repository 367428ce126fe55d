/**
 * Forgets events that are done or kept, unreadable notifications, and deliveries that are done, once they are older than they have to be kept. What is pending,
 * processed or dead stays, however old it is: it is work, or waits for somebody.
 *
 * Batch after batch, each a transaction of its own, so that no lock is held for long and a kill costs one batch at most. By one copy
 * at a time, by a lease. While an event is kept, its id tells when it comes again: the vendor may replay seven days.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** The vendor keeps what it could not deliver for seven days, and may send it again; a day on top. */
export const shortestRetention = Duration.days(8)
export const usualRetention = Duration.days(30)

const batch = 500

/**
 * One batch of events, from `from` on; answers where to go on, or nothing when nothing is left. Index: `events (received_at)`; what
 * stays is passed over once, since the next batch begins behind it.
 */
const forgetEvents = Effect.fnUntraced(function* (from: string, olderThan: number) {
  const sql = yield* SqlClient
  const [forgotten] = yield* sql<{ readonly events: number; readonly upTo: string | null }>`
    with old as (
      select event_id, received_at from webhook.events
      where received_at >= ${from}::timestamptz
        and received_at < clock_timestamp() - ${olderThan}::float8 * interval '1 second'
        and status in ('done', 'kept')
      order by received_at limit ${batch}
    ), gone as (
      delete from webhook.events where event_id in (select event_id from old) and status in ('done', 'kept')
      returning 1
    )
    select (select count(*) from gone)::int as events, (select max(received_at) from old)::text as "upTo"`
  return { events: forgotten?.events ?? 0, upTo: forgotten?.upTo ?? undefined }
})

/** What handlers were owed and have done. What they gave up stays, and holds all that it needs of its event. */
const forgetDeliveries = Effect.fnUntraced(function* (olderThan: number) {
  const sql = yield* SqlClient
  const gone = yield* sql`
    delete from webhook.deliveries where (handler, event_id) in (
      select handler, event_id from webhook.deliveries
      where status = 'done' and done_at < clock_timestamp() - ${olderThan}::float8 * interval '1 second'
      order by done_at limit ${batch}
    ) returning 1`
  return gone.length
})

const forgetNotifications = Effect.fnUntraced(function* (olderThan: number) {
  const sql = yield* SqlClient
  const gone = yield* sql`
    delete from webhook.notifications where id in (
      select id from webhook.notifications
      where received_at < clock_timestamp() - ${olderThan}::float8 * interval '1 second'
      order by id limit ${batch}
    ) returning id`
  return gone.length
})

/** Forgets all that is old enough now; answers how many rows that were. */
export const forget = Effect.fnUntraced(function* (retention: Duration.Duration) {
  const sql = yield* SqlClient
  const olderThan = Duration.toSeconds(Duration.max(retention, shortestRetention))
  let events = 0
  for (let from: string | undefined = "-infinity"; from !== undefined; ) {
    const forgotten: { readonly events: number; readonly upTo: string | undefined } = yield* forgetEvents(
      from,
      olderThan
    )
    events += forgotten.events
    from = forgotten.upTo
  }
  let notifications = 0
  for (let gone = batch; gone === batch; notifications += gone) gone = yield* forgetNotifications(olderThan)
  let deliveries = 0
  for (let gone = batch; gone === batch; deliveries += gone) gone = yield* forgetDeliveries(olderThan)
  yield* sql`
    delete from webhook.receivers where seen_at < clock_timestamp() - ${olderThan}::float8 * interval '1 second'`
  return { deliveries, events, notifications }
}, mapSqlError("retention.forget"))
