/**
 * Where the inbox stands, for the console, metrics and commands. Every function is one statement that reads what is open, and of
 * what is done only as much as an index names.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export interface InboxDepth {
  readonly pending: number
  readonly processing: number
  readonly dead: number
  /** Done and kept: as many as the database's statistics say, since counting them would read all of them. */
  readonly settledAbout: number
}

/** Events by what becomes of them. Indexes: those of open and of dead events. */
export const readDepth = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<InboxDepth>`
    with open as (
      select count(*) filter (where status = 'pending')::float8 as pending,
        count(*) filter (where status = 'processing')::float8 as processing
      from webhook.events where status in ('pending', 'processing')
    ), dead as (select count(*)::float8 as dead from webhook.events where status = 'dead')
    select pending, processing, dead,
      greatest(0, (select reltuples from pg_class where oid = 'webhook.events'::regclass) - pending - processing - dead)::float8
        as "settledAbout"
    from open, dead`
  return row ?? { pending: 0, processing: 0, dead: 0, settledAbout: 0 }
}).pipe(mapSqlError("status.depth"))

/**
 * For how long the record that has waited longest for its turn has been due, in seconds; 0 if none is due. Index: `resources
 * (practice_id, due_at)`, one step a practice.
 */
export const readOldestDue = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly seconds: number }>`
    with recursive practice as (
      (select practice_id, due_at from webhook.resources where not is_dead order by practice_id, due_at limit 1)
      union all
      select next.practice_id, next.due_at from practice cross join lateral (
        select practice_id, due_at from webhook.resources
        where not is_dead and practice_id > practice.practice_id order by practice_id, due_at limit 1
      ) as next
    )
    select greatest(0, coalesce(extract(epoch from clock_timestamp() - min(due_at)), 0))::float8 as seconds from practice`
  return row?.seconds ?? 0
}).pipe(mapSqlError("status.oldestDue"))

export interface PracticeDeadLetters {
  readonly practiceId: string
  readonly events: number
  /** ISO 8601. */
  readonly oldest: string
}

/** Events that were given up. Index: that of dead events. */
export const readDeadLetters = Effect.flatMap(
  SqlClient,
  (sql) => sql<PracticeDeadLetters>`
    select practice_id as "practiceId", count(*)::int as events, to_json(min(received_at))#>>'{}' as oldest
    from webhook.events where status = 'dead' group by practice_id order by practice_id`
).pipe(mapSqlError("status.deadLetters"))

export interface PracticePause {
  readonly practiceId: string
  /** ISO 8601. */
  readonly until: string
  readonly reasonTag: string
  readonly failures: number
}

/** Practices of which nothing is claimed now. */
export const readPauses = Effect.flatMap(
  SqlClient,
  (sql) => sql<PracticePause>`
    select practice_id as "practiceId", to_json(until)#>>'{}' as until, reason_tag as "reasonTag", failures
    from webhook.pauses where until > clock_timestamp() order by practice_id`
).pipe(mapSqlError("status.pauses"))

export interface Freshness {
  readonly practiceId: string
  /** When its last event was received, ISO 8601; null if none is known. */
  readonly lastEventAt: string | null
  /** When a record was last stored for an event. */
  readonly lastStoredAt: string | null
}

/**
 * Of every practice of which events are known or expected. Indexes: `events (practice_id, topic, received_at)`, one step a topic, and
 * `events (practice_id, processed_at) where status = 'done'`, one step a practice.
 */
export const readFreshness = Effect.flatMap(
  SqlClient,
  (sql) => sql<Freshness>`
    with recursive topic as (
      (select practice_id, topic from webhook.events order by practice_id, topic limit 1)
      union all
      select next.practice_id, next.topic from topic cross join lateral (
        select practice_id, topic from webhook.events
        where (events.practice_id, events.topic) > (topic.practice_id, topic.topic)
        order by practice_id, topic limit 1
      ) as next
    ), last as (
      select topic.practice_id, (
        select received_at from webhook.events
        where events.practice_id = topic.practice_id and events.topic = topic.topic
        order by received_at desc limit 1
      ) as received_at
      from topic
      union all
      select practice_id, last_at from webhook.topics
    )
    select practice_id as "practiceId", to_json(max(received_at))#>>'{}' as "lastEventAt", (
      select to_json(processed_at)#>>'{}' from webhook.events
      where events.practice_id = last.practice_id and status = 'done'
      order by processed_at desc limit 1
    ) as "lastStoredAt"
    from last group by practice_id order by length(practice_id), practice_id`
).pipe(mapSqlError("status.freshness"))
