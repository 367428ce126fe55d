/**
 * Judges every topic by what is usual for it (`silenceLaw.ts`), and writes down which are silent, since when, and how far out of the
 * usual.
 *
 * learn → judge → one transaction: silences that have ended, those that are found or go on, and for their practices a catch-up, if
 * none is open and none was begun for a silence in the last hours
 *
 * Killed before the transaction, nothing is written, and the next round finds the same. What is done twice is written once.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { bookCatchUps } from "./bookCatchUps.ts"
import { type Away, judgeNeverCome, judgeSilence, type Silence } from "./silenceLaw.ts"
import { learn } from "./sql/learn.ts"

/** While a silence goes on, its practice is caught up with so often. */
const againAfterHours = 6

interface TopicRow {
  readonly practiceId: PracticeId
  readonly topic: string
  readonly lastAt: number | null
  readonly subscribedSince: number | null
  readonly subscription: "active" | "gone" | null
  readonly hours: ReadonlyArray<number>
}

export interface TopicSilence extends Silence {
  readonly practiceId: PracticeId
  readonly topic: string
}

const judge = (row: TopicRow, away: ReadonlyArray<Away>, now: number): ReadonlyArray<TopicSilence> => {
  // Nobody promised anything of it.
  if (row.subscription === "gone") return []
  const judged =
    row.lastAt !== null
      ? judgeSilence({ hours: row.hours, lastAt: row.lastAt }, away, now)
      : row.subscribedSince !== null
        ? judgeNeverCome(row.subscribedSince, away, now)
        : undefined
  return judged?.isSilent === true ? [{ ...judged, practiceId: row.practiceId, topic: row.topic }] : []
}

/** The silences now. Index: the primary key of `topic_hours`, once a round. */
const silencesNow = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [clock] = yield* sql<{ readonly now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`
  const away = yield* sql<Away>`
    select (extract(epoch from from_at) * 1000)::float8 as from, (extract(epoch from to_at) * 1000)::float8 as to
    from webhook.downtimes`
  const topics = yield* sql<TopicRow>`
    select topics.practice_id as "practiceId", topics.topic, subscription,
      (extract(epoch from last_at) * 1000)::float8 as "lastAt",
      (extract(epoch from subscribed_since) * 1000)::float8 as "subscribedSince",
      coalesce((
        select array_agg((extract(epoch from hour) / 3600)::int order by hour) from webhook.topic_hours
        where topic_hours.practice_id = topics.practice_id and topic_hours.topic = topics.topic
      ), '{}') as hours
    from webhook.topics`
  return topics.flatMap((row) => judge(row, away, clock?.now ?? 0))
})

const column = <K extends keyof TopicSilence>(silences: ReadonlyArray<TopicSilence>, key: K) =>
  silences.map((one) => one[key])

/** One round. Answers the topics that are silent now. */
export const watchSilence = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* learn
  const silences = yield* silencesNow
  yield* sql.withTransaction(
    Effect.gen(function* () {
      const found = sql`
        select practice_id, topic, to_timestamp(since / 1000) as since, usual_hours, silent_hours, factor
        from unnest(
          ${column(silences, "practiceId")}::text[], ${column(silences, "topic")}::text[],
          ${column(silences, "since")}::float8[], ${column(silences, "usualHours")}::float8[],
          ${column(silences, "silentHours")}::float8[], ${column(silences, "factor")}::float8[]
        ) as silence (practice_id, topic, since, usual_hours, silent_hours, factor)`
      yield* sql`
        update webhook.silences as known set ended_at = clock_timestamp()
        where ended_at is null and not exists (
          select from (${found}) as found
          where found.practice_id = known.practice_id and found.topic = known.topic and found.since = known.since
        )`
      yield* sql`
        insert into webhook.silences as known (practice_id, topic, since, usual_hours, silent_hours, factor)
        select practice_id, topic, since, usual_hours, silent_hours, factor from (${found}) as found
        on conflict (practice_id, topic, since) do update set
          usual_hours = excluded.usual_hours, silent_hours = excluded.silent_hours, factor = excluded.factor,
          judged_at = clock_timestamp(), ended_at = null`
      const owed = yield* sql<{ readonly practiceId: PracticeId; readonly from: string; readonly to: string }>`
        select practice_id as "practiceId", min(since)::text as from, clock_timestamp()::text as to
        from webhook.silences as silence
        where ended_at is null and not exists (
          select from webhook.catch_ups as booked
          where booked.practice_id = silence.practice_id and (
            booked.finished_at is null or booked.reason = 'silence' and booked.booked_at >= silence.found_at
              and booked.booked_at > clock_timestamp() - ${againAfterHours} * interval '1 hour'
          )
        )
        group by practice_id`
      for (const { practiceId, ...span } of owed) yield* bookCatchUps([practiceId], "silence", span)
    })
  )
  return silences
}).pipe(mapSqlError("gaps.watchSilence"))
