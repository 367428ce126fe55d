import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** The first wait for a practice that is out, and the longest: it doubles. */
const firstSeconds = 5
const longestSeconds = 300

/** Nothing of the practice is claimed until `retryAt`. */
export const pauseUntil = Effect.fnUntraced(function* (practiceId: PracticeId, retryAt: string, tag: string) {
  const sql = yield* SqlClient
  yield* sql`
    insert into webhook.pauses as known (practice_id, until, reason_tag)
    values (${practiceId}, ${retryAt}::timestamptz, ${tag})
    on conflict (practice_id) do update set
      until = greatest(known.until, excluded.until), reason_tag = excluded.reason_tag`
})

/**
 * The practice does not answer: nothing of it is claimed for a while, twice as long as the last time. Several who find out at
 * the same time make one of it. Answers nothing; the next who is let through tells whether it is over.
 */
export const pauseForOutage = Effect.fnUntraced(function* (practiceId: PracticeId, tag: string) {
  const sql = yield* SqlClient
  yield* sql`
    insert into webhook.pauses as known (practice_id, until, reason_tag)
    values (${practiceId}, now() + ${firstSeconds}::float8 * interval '1 second', ${tag})
    on conflict (practice_id) do update set
      failures = known.failures + 1, reason_tag = excluded.reason_tag,
      until = now() + interval '1 second' * least(${longestSeconds}::float8, ${firstSeconds}::float8 * 2 ^ least(known.failures, 16))
    where known.until <= now()`
})

/** The practice answered. */
export const endPause = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  yield* sql`delete from webhook.pauses where practice_id = ${practiceId} and until <= now()`
})
