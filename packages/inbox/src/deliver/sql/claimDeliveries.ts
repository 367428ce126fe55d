import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { ReadyHandler } from "../../handlers/Handlers.ts"
import { type Claimed, marginSeconds } from "../Claimed.ts"

/** For so long a delivery is left to the process that has its record in memory. */
const headStartSeconds = 10

/**
 * Claims what a handler is owed, the oldest first: of each record only the first, and so long as that waits for another attempt
 * none of it.
 *
 * A claim counts as an attempt from the beginning, so that a handler that takes its process along with it has an end too.
 * What is decided by the snapshot cannot change under it: whatever comes before a delivery was there when it was written.
 */
export const claimDeliveries = Effect.fnUntraced(function* (
  { name, timeout }: ReadyHandler,
  most: number,
  by: { readonly holder: string; readonly memory: string }
) {
  const sql = yield* SqlClient
  return yield* sql<Claimed>`
    -- Materialised: evaluated once for every row of a join, it would claim more than it may.
    with due as materialized (
      select event_id from webhook.deliveries as due
      where handler = ${name} and status = 'pending' and due_at <= now()
        and (kept_by = ${by.memory} or kept_by is null or due_at <= now() - ${headStartSeconds}::float8 * interval '1 second')
        and not exists (
          select from webhook.deliveries as earlier
          where earlier.handler = due.handler and earlier.practice_id = due.practice_id
            and earlier.resource = due.resource and earlier.resource_id = due.resource_id
            and earlier.status = 'pending' and earlier.position < due.position
        )
      order by due_at, position limit ${most} for update skip locked
    )
    update webhook.deliveries as claimed set
      fence = nextval('webhook.generations'), holder = ${by.holder}, attempts = claimed.attempts + 1,
      due_at = now() + ${Duration.toSeconds(timeout) + marginSeconds}::float8 * interval '1 second'
    from due
    where claimed.handler = ${name} and claimed.event_id = due.event_id
    returning
      claimed.handler, claimed.event_id as "eventId", claimed.practice_id as "practiceId", claimed.topic,
      claimed.resource, claimed.resource_id as "resourceId", claimed.logical_id as "logicalId",
      claimed.patient_id as "patientId", claimed.department_id as "departmentId",
      claimed.occurred_at as "occurredAt", claimed.received_at as "receivedAt", claimed.attempts,
      claimed.reading::text as reading, claimed.fence::text as fence`
})
