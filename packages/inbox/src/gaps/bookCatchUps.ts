/**
 * Books catch-ups, in the transaction that finds the reason for them. One of a practice that has not begun takes up the new reason;
 * beside one that has begun another is booked, since it may have read already what has changed now.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export type CatchUpReason = "downtime" | "silence" | "demand"

/** ISO 8601, of the database's clock. */
export interface TimeSpan {
  readonly from: string
  readonly to: string
}

/** Answers the catch-ups that will be done, by id. */
export const bookCatchUps = Effect.fnUntraced(function* (
  practices: ReadonlyArray<PracticeId>,
  reason: CatchUpReason,
  { from, to }: TimeSpan
) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    insert into webhook.catch_ups as booked (practice_id, reason, from_at, to_at)
    select practice_id, ${reason}, ${from}::timestamptz, ${to}::timestamptz
    from unnest(${[...new Set(practices)].toSorted()}::text[]) as practice (practice_id)
    on conflict (practice_id) where started_at is null do update set
      from_at = least(booked.from_at, excluded.from_at), to_at = greatest(booked.to_at, excluded.to_at),
      due_at = least(booked.due_at, clock_timestamp())
    returning id::text as id`
  return rows.map(({ id }) => id)
})

/** Practices of which events came, or should come. */
export const watchedPractices = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly practiceId: PracticeId }>`
    select distinct practice_id as "practiceId" from webhook.topics where subscription is distinct from 'gone'`
).pipe(Effect.map((rows) => rows.map(({ practiceId }) => practiceId)))

/**
 * On demand: what changed since the practice's last event, or in the last day, whichever is earlier, may be missing. Answers the
 * catch-ups' ids.
 */
export const bookOnDemand = Effect.fnUntraced(function* (practices: ReadonlyArray<PracticeId>) {
  const sql = yield* SqlClient
  const [span] = yield* sql<TimeSpan>`
    select least(min(last_at), clock_timestamp() - interval '1 day')::text as from, clock_timestamp()::text as to
    from webhook.topics where practice_id = any(${practices}::text[])`
  return yield* bookCatchUps(practices, "demand", span ?? { from: "now", to: "now" })
})
