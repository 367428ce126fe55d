import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { columnsOf } from "../columnsOf.ts"
import type { Received } from "../Received.ts"

/** How long a record waits for more events about it before it is read: those that come meanwhile cost no reading of their own. */
export const gatherMillis = 300

/** Whoever processes the inbox listens here. */
export const channel = "athena_inbox"

/**
 * Commits notifications in one statement, and so in one transaction: events that are not known yet, the records that they are
 * about, and Bundles without a readable event. Answers which of the events are new.
 *
 * Events and records are taken in the order of their keys, so that two of these cannot wait for each other. A record that is known
 * gets a new generation while its row is locked: whoever reads the record at this moment will see that an event came.
 */
export const commitNotifications = Effect.fnUntraced(function* (
  sql: SqlClient,
  notifications: ReadonlyArray<Received>
): Effect.fn.Return<ReadonlySet<string>, SqlError> {
  const { events, unread } = columnsOf(notifications)
  const rows = yield* sql<{ readonly eventIds: ReadonlyArray<string> | null }>`
    with received as (
      insert into webhook.events (
        event_id, practice_id, topic, resource, resource_id, logical_id, patient_id, department_id, subscription_id,
        status, kept_because, occurred_at, processed_at
      )
      select
        event_id, practice_id, topic, resource, resource_id, logical_id, patient_id, department_id, subscription_id,
        case when kept_because is null then 'pending' else 'kept' end, kept_because,
        to_timestamp(occurred_ms / 1000.0), case when kept_because is not null then now() end
      from unnest(
        ${events.eventId}::text[], ${events.practiceId}::text[], ${events.topic}::text[], ${events.resource}::text[],
        ${events.resourceId}::text[], ${events.logicalId}::text[], ${events.patientId}::text[],
        ${events.departmentId}::text[], ${events.subscriptionId}::text[], ${events.keptBecause}::text[],
        ${events.occurredMillis}::bigint[]
      ) as event (
        event_id, practice_id, topic, resource, resource_id, logical_id, patient_id, department_id, subscription_id,
        kept_because, occurred_ms
      )
      order by event_id
      on conflict (event_id) do nothing
      returning event_id, practice_id, resource, resource_id, logical_id, patient_id, status
    ), dirty as (
      insert into webhook.resources as known (
        practice_id, resource, resource_id, logical_id, patient_id, generation, due_at
      )
      select
        practice_id, resource, resource_id, max(logical_id), max(patient_id), nextval('webhook.generations'),
        now() + ${gatherMillis}::float8 * interval '1 millisecond'
      from received where status = 'pending'
      group by practice_id, resource, resource_id
      order by practice_id, resource, resource_id
      on conflict (practice_id, resource, resource_id) do update set
        generation = nextval('webhook.generations'),
        logical_id = coalesce(excluded.logical_id, known.logical_id),
        patient_id = coalesce(excluded.patient_id, known.patient_id),
        -- One that was given up has a new chance; one that waits for another attempt goes on waiting.
        due_at = case when known.is_dead then excluded.due_at else known.due_at end,
        attempts = case when known.is_dead then 0 else known.attempts end,
        is_dead = false
      returning 1
    ), unreadable as (
      insert into webhook.notifications as known (digest, reason)
      select digest, reason from unnest(${unread.digest}::text[], ${unread.reason}::text[]) as one (digest, reason)
      order by digest
      on conflict (digest) do update set times = known.times + 1
      returning 1
    )
    select
      (select array_agg(event_id) from received) as "eventIds",
      case when exists (select from dirty) then pg_notify(${channel}, '') end as told,
      -- Committed means on disk here, whatever the database's default says.
      set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true) as durably`
  return new Set(rows[0]?.eventIds ?? [])
})
