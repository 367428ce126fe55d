import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** A practice with records to read. */
export interface Turn {
  readonly practiceId: PracticeId
  /** Until its next record may be claimed; 0: now. */
  readonly inMillis: number
}

/**
 * The practices with records to read, and when their next turn is. Each practice is one step into the index, however many
 * records of it wait.
 */
export const turns = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly practiceId: string; readonly inMillis: number }>`
    with recursive practice as (
      (select practice_id from webhook.resources where not is_dead order by practice_id limit 1)
      union all
      select (
        select practice_id from webhook.resources
        where not is_dead and practice_id > practice.practice_id order by practice_id limit 1
      ) from practice where practice.practice_id is not null
    )
    select practice.practice_id as "practiceId", greatest(0, extract(epoch from greatest(
      (select min(due_at) from webhook.resources as record
        where record.practice_id = practice.practice_id and not is_dead),
      (select until from webhook.pauses where pauses.practice_id = practice.practice_id)
    ) - now()) * 1000)::float8 as "inMillis"
    from practice where practice.practice_id is not null`
  return rows.map((row): Turn => ({ ...row, practiceId: PracticeId.make(row.practiceId) }))
})
