import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Claimed } from "../Claimed.ts"

/** Nothing is owed any more. Nothing happens if the claim does not hold. */
export const done = Effect.fnUntraced(
  function* ({ eventId, fence, handler }: Claimed) {
    const sql = yield* SqlClient
    yield* sql`
      update webhook.deliveries set status = 'done', done_at = clock_timestamp(), holder = null, last_error_tag = null
      where handler = ${handler} and event_id = ${eventId} and fence = ${fence}::bigint and status = 'pending'`
  },
  (effect) => rideOut("deliveries.done")(effect)
)

export interface Again {
  readonly tag: string
  /** Until the next attempt. */
  readonly waitMillis: number
  /** Whether this one counts. */
  readonly isAttempt: boolean
  /** Whether it was the last one. */
  readonly isLast: boolean
}

/** It is to be made again, or given up. Nothing happens if the claim does not hold; safe to repeat, since it ends the claim. */
export const again = Effect.fnUntraced(
  function* ({ eventId, fence, handler }: Claimed, { isAttempt, isLast, tag, waitMillis }: Again) {
    const sql = yield* SqlClient
    yield* sql`
      update webhook.deliveries set
        status = case when ${isLast}::boolean then 'dead' else 'pending' end, last_error_tag = ${tag}, holder = null,
        attempts = attempts - ${isAttempt ? 0 : 1}, fence = nextval('webhook.generations'),
        due_at = now() + ${waitMillis}::float8 * interval '1 millisecond'
      where handler = ${handler} and event_id = ${eventId} and fence = ${fence}::bigint and status = 'pending'`
  },
  (effect) => rideOut("deliveries.again")(effect)
)
