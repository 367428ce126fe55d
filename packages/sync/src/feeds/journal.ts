/**
 * What the database knows of one feed of one practice, and how it is written: only under the feed's lease, each step in one
 * transaction with the rows and counts that belong to it.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { commitOnce } from "../runs/commitOnce.ts"
import { addCountsToRun, type Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"

/** The feeds that are read, by the tables that they keep. */
export type FeedName = "appointments" | "patients"

/** Why all that is known has to be looked at: changes were made of which the feed says nothing, or no longer. */
export type SweepReason = "activated" | "lapsed" | "late" | "replay-too-old" | "replay-refused"

/** Instants are epoch milliseconds of the database's clock; null where it did not happen. */
export interface Journal {
  /** Its time when this was read. */
  readonly now: number
  /** Whether this program subscribed the feed, and so knows of which departments. */
  readonly isOurs: boolean
  /** Those that it is subscribed for, if it is ours; null for the whole practice. */
  readonly departmentIds: ReadonlyArray<string> | null
  readonly subscribedAt: number | null
  /** When it was first seen active. */
  readonly activeSince: number | null
  /** When the vendor was last asked for the subscription. */
  readonly checkedAt: number | null
  /** Default events that are not subscribed to. */
  readonly missingEvents: ReadonlyArray<string>
  /** The marker: changes may have been taken since then that are not stored. */
  readonly takingSince: number | null
  /** Changes taken since then have to be replayed. */
  readonly replayFrom: number | null
  /** A replay that begins later than this is the last one. */
  readonly replaySettlesAt: number | null
  /** All that was taken before is stored. */
  readonly readUntil: number | null
  readonly sweepBookedAt: number | null
  readonly sweepFrom: number | null
  readonly sweepReason: SweepReason | null
  /** Counts the steps, so that one can be told to be there. */
  readonly steps: number
}

/** The journal as it is; makes it, if there is none yet. */
export const openJournal = Effect.fnUntraced(function* (practiceId: PracticeId, feed: FeedName) {
  const sql = yield* SqlClient
  yield* sql`
    insert into athena.feeds (practice_id, feed) values (${practiceId}, ${feed}) on conflict do nothing`.pipe(
    rideOut("feeds.open")
  )
  return yield* readJournal(practiceId, feed).pipe(rideOut("feeds.read"))
})

const readJournal = Effect.fnUntraced(function* (practiceId: PracticeId, feed: FeedName) {
  const sql = yield* SqlClient
  const millis = (column: string) => sql.literal(`(extract(epoch from ${column}) * 1000)::float8`)
  const [row] = yield* sql<Journal>`
    select
      ${millis("clock_timestamp()")} as now, is_ours as "isOurs", department_ids as "departmentIds",
      ${millis("subscribed_at")} as "subscribedAt", ${millis("active_since")} as "activeSince",
      ${millis("checked_at")} as "checkedAt", missing_events as "missingEvents",
      ${millis("taking_since")} as "takingSince", ${millis("replay_from")} as "replayFrom",
      ${millis("replay_settles_at")} as "replaySettlesAt", ${millis("read_until")} as "readUntil",
      ${millis("sweep_booked_at")} as "sweepBookedAt", ${millis("sweep_from")} as "sweepFrom",
      sweep_reason as "sweepReason", steps::float8 as steps
    from athena.feeds where practice_id = ${practiceId} and feed = ${feed}`
  // A practice's data may be destroyed meanwhile, and with it the lease's right to go on.
  return row ?? (yield* Effect.die(new Error("the journal of a feed is gone")))
})

/** A run that reads a feed, and the journal as its last step left it. */
export interface FeedRun {
  readonly run: Run
  readonly lease: Lease
  readonly feed: FeedName
  readonly committed: (counts: RowCounts) => Effect.Effect<void>
  journal: Journal
}

/**
 * Does a step: `work`, with its counts in the run's row, in one transaction. If the connection breaks during its COMMIT, the
 * number of the step tells whether it is there.
 */
export const writeStep = Effect.fnUntraced(function* <E, R>(
  reading: FeedRun,
  operation: string,
  work: Effect.Effect<RowCounts, E, R>
) {
  const { feed, lease, run } = reading
  const before = reading.journal.steps
  const isCommitted = Effect.map(readJournal(run.practiceId, feed), ({ steps }) => steps > before)
  const whole = Effect.gen(function* () {
    const sql = yield* SqlClient
    const counts = yield* work
    yield* addCountsToRun(run, counts)
    yield* sql`
      update athena.feeds set steps = ${before}::bigint + 1 where practice_id = ${run.practiceId} and feed = ${feed}`
    return counts
  })
  const counts = yield* commitOnce(run, lease, { operation, work: whole, isCommitted })
  reading.journal = yield* readJournal(run.practiceId, feed).pipe(rideOut("feeds.read"))
  if (counts !== noRows) yield* reading.committed(counts)
  return counts
})

/** A step that writes nothing but the journal. */
export const noteStep = <E, R>(reading: FeedRun, operation: string, write: Effect.Effect<unknown, E, R>) =>
  writeStep(reading, operation, Effect.as(write, noRows))

/**
 * In a step: books a sweep of what changed since `from`, beside one that may be booked already; the graver reason stays.
 * `delay`: where what it has to follow comes to pass by itself a while from now.
 */
export const bookSweep = Effect.fnUntraced(function* (
  { feed, run }: FeedRun,
  reason: SweepReason,
  from: number | null,
  delay: Duration.Duration = Duration.zero
) {
  const sql = yield* SqlClient
  yield* sql`
    update athena.feeds set
      sweep_booked_at = clock_timestamp() + ${Duration.toMillis(delay)} * interval '1 millisecond',
      sweep_from = least(sweep_from, to_timestamp(${from}::float8 / 1000)),
      sweep_reason = case when ${reason}::text = 'activated' then coalesce(sweep_reason, ${reason}) else ${reason} end
    where practice_id = ${run.practiceId} and feed = ${feed}`
})
