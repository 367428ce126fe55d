import { arrayLiteral } from "@athena-engine/sync/rows/arrayLiteral"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { gatherMillis } from "../../commit/sql/commitNotifications.ts"
import type { Wanted } from "../../handlers/Handlers.ts"
import type { Work } from "../Work.ts"

/** In a transaction: locks the record; answers its generation, or nothing if the claim does not hold any more. */
export const lockClaim = Effect.fnUntraced(function* (work: Work) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly generation: string }>`
    select generation::text as generation from webhook.resources
    where practice_id = ${work.practiceId} and resource = ${work.resource} and resource_id = ${work.resourceId}
      and fence = ${work.fence}::bigint
    for update`
  return rows[0]?.generation
})

/** Who is told of the events, and whose memory holds the record. */
export interface Told {
  readonly wanted: Wanted
  readonly keptBy: string | null
}

/**
 * In the transaction that stores the record, while it is locked: its events are done, and owed to the handlers that want them.
 * The record is clean unless an event came meanwhile; then its turn comes again.
 */
export const settle = Effect.fnUntraced(function* (work: Work, generation: string, { keptBy, wanted }: Told) {
  const sql = yield* SqlClient
  const done = sql`
    update webhook.events set
      status = 'done', processed_at = clock_timestamp(), attempts = attempts + 1, last_error_tag = null
    where practice_id = ${work.practiceId} and resource = ${work.resource} and resource_id = ${work.resourceId}
      and fence = ${work.fence}::bigint and status = 'processing'`
  yield* wanted.topics.length === 0
    ? done
    : sql`
      with done as (${done} returning *)
      insert into webhook.deliveries (
        handler, event_id, practice_id, topic, resource, resource_id, logical_id, patient_id, department_id,
        occurred_at, received_at, reading, kept_by
      )
      select
        wanted.handler, event_id, practice_id, topic, resource, resource_id, coalesce(logical_id, ${work.logicalId}),
        coalesce(patient_id, ${work.patientId}), department_id, occurred_at, received_at, fence, ${keptBy}
      from done
      join unnest(${arrayLiteral(wanted.handlers)}::text[], ${arrayLiteral(wanted.topics)}::text[])
        as wanted (handler, topic) using (topic)
      order by generation
      on conflict (handler, event_id) do nothing`
  if (generation === work.generation) {
    yield* sql`
      delete from webhook.resources
      where practice_id = ${work.practiceId} and resource = ${work.resource} and resource_id = ${work.resourceId}`
    return
  }
  yield* sql`
    update webhook.resources set
      holder = null, attempts = 0, last_error_tag = null,
      due_at = now() + ${gatherMillis}::float8 * interval '1 millisecond'
    where practice_id = ${work.practiceId} and resource = ${work.resource} and resource_id = ${work.resourceId}`
})
