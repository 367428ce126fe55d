import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** What the vendor's list of subscriptions says of one. */
export interface KnownSubscription {
  readonly practiceId: PracticeId
  readonly topic: string
  /** `off` and `error` deliver nothing. */
  readonly status: string
}

/**
 * Notes what these practices subscribe to, from a list that was read whole: topics that never came are judged from now on, and those
 * that are subscribed no longer are not judged any more.
 *
 * The list needs scopes of its own, so whoever has them calls this; without it only topics that have come are judged.
 */
export const noteSubscriptions = Effect.fnUntraced(function* (
  practices: ReadonlyArray<PracticeId>,
  subscriptions: ReadonlyArray<KnownSubscription>
) {
  const sql = yield* SqlClient
  const active = subscriptions.filter(({ status }) => status !== "off" && status !== "error")
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`
        insert into webhook.topics as known (practice_id, topic, subscribed_since, subscription)
        select distinct practice_id, topic, clock_timestamp(), 'active'
        from unnest(
          ${active.map(({ practiceId }) => practiceId)}::text[], ${active.map(({ topic }) => topic)}::text[]
        ) as one (practice_id, topic)
        on conflict (practice_id, topic) do update set
          subscription = 'active',
          subscribed_since = case
            when known.subscription = 'active' then known.subscribed_since else excluded.subscribed_since
          end`
      yield* sql`
        update webhook.topics as known set subscription = 'gone'
        where practice_id = any(${practices}::text[]) and not exists (
          select from unnest(
            ${active.map(({ practiceId }) => practiceId)}::text[], ${active.map(({ topic }) => topic)}::text[]
          ) as one (practice_id, topic)
          where one.practice_id = known.practice_id and one.topic = known.topic
        )`
    })
  )
}, mapSqlError("gaps.noteSubscriptions"))
