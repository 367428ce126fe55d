import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Work } from "../Work.ts"

export interface PutBack {
  readonly tag: string
  /** Until the record's turn comes again. */
  readonly waitMillis: number
  /** Whether the reading counts as a failed attempt: it does not when it is nothing about the record. */
  readonly isAttempt: boolean
  /** Whether it was the last attempt. */
  readonly isLast: boolean
}

/** Gives a claim back without having read the record; nothing happens if it does not hold any more. */
export const putBack = Effect.fnUntraced(function* (work: Work, { isAttempt, isLast, tag, waitMillis }: PutBack) {
  const sql = yield* SqlClient
  yield* sql`
    with record as (
      update webhook.resources set
        holder = null, last_error_tag = ${tag}, is_dead = ${isLast}::boolean,
        attempts = attempts + ${isAttempt ? 1 : 0},
        due_at = now() + ${waitMillis}::float8 * interval '1 millisecond'
      where practice_id = ${work.practiceId} and resource = ${work.resource} and resource_id = ${work.resourceId}
        and fence = ${work.fence}::bigint
      returning practice_id
    )
    update webhook.events set
      status = case when ${isLast}::boolean then 'dead' else 'pending' end, last_error_tag = ${tag},
      attempts = attempts + ${isAttempt ? 1 : 0}
    where practice_id in (select practice_id from record) and resource = ${work.resource}
      and resource_id = ${work.resourceId} and fence = ${work.fence}::bigint and status = 'processing'`
})
