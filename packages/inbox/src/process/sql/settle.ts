import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { gatherMillis } from "../../commit/sql/commitNotifications.ts"
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

/**
 * In the transaction that stores the record, while it is locked: its events are done. The record is clean unless an event came
 * meanwhile; then its turn comes again.
 */
export const settle = Effect.fnUntraced(function* (work: Work, generation: string) {
  const sql = yield* SqlClient
  yield* sql`
    update webhook.events set
      status = 'done', processed_at = clock_timestamp(), attempts = attempts + 1, last_error_tag = null
    where practice_id = ${work.practiceId} and resource = ${work.resource} and resource_id = ${work.resourceId}
      and fence = ${work.fence}::bigint and status = 'processing'`
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
