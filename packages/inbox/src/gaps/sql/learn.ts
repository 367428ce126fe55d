import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { learnedWeeks } from "../silenceLaw.ts"

/**
 * Counts the received events by topic and hour, from where it was done last. In a transaction of its own or of another; one at a
 * time, by the row of `webhook.presence`. Hours that are counted again have the same count or more, so it may be repeated.
 *
 * Index: `events (received_at)`; some hours of it, not all of the past.
 */
export const learn = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      const [known] = yield* sql<{ readonly from: string }>`
        select coalesce(date_trunc('hour', learned_until - interval '1 minute', 'UTC'), '-infinity')::text as from
        from webhook.presence for update`
      yield* sql`update webhook.presence set learned_until = clock_timestamp()`
      yield* sql`
        with received as (
          select practice_id, topic, date_trunc('hour', received_at, 'UTC') as hour, count(*)::int as events,
            min(received_at) as first_at, max(received_at) as last_at
          from webhook.events
          where received_at >= ${known?.from ?? "-infinity"}::timestamptz
            -- What another practice says of it, or in a word that nobody knows, promises nothing.
            and (kept_because is null or kept_because in ('no-resource', 'unknown-form'))
          group by practice_id, topic, hour
        ), counted as (
          insert into webhook.topic_hours as known (practice_id, topic, hour, events)
          select practice_id, topic, hour, events from received
          on conflict (practice_id, topic, hour) do update set events = greatest(known.events, excluded.events)
        )
        insert into webhook.topics as known (practice_id, topic, first_at, last_at)
        select practice_id, topic, min(first_at), max(last_at) from received group by practice_id, topic
        on conflict (practice_id, topic) do update set
          first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`
    })
  )
})

/** Hours that are too long ago to be learned from; those of a topic that is silent stay. */
export const unlearn = Effect.flatMap(
  SqlClient,
  (sql) => sql`
    delete from webhook.topic_hours using webhook.topics
    where topics.practice_id = topic_hours.practice_id and topics.topic = topic_hours.topic
      and topic_hours.hour < topics.last_at - ${learnedWeeks + 1} * interval '7 days'`
)
