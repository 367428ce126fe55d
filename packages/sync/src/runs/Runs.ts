/**
 * What is known of the runs of a practice's resource.
 *
 * - `begin` writes the run as `running`. Whoever calls it holds the lease, so an older run that still reads `running` was
 *   killed; it is closed as `failed` with the tag `Killed`.
 * - Every window adds its counts in the transaction that holds its rows.
 * - `finish` writes the end. A run that is complete, or that failed for another reason than a stop, leaves nothing to go
 *   on with: the next one asks anew. One that was killed, stopped by a signal or told to wait leaves its finished windows
 *   for `Resume`.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { type DatabaseError, mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { LeaseLost } from "@athena-engine/database/locks/LeaseErrors"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { CommitsLost } from "./CommitsLost.ts"
import { finishedWindows, forgetAbandoned } from "./finishedWindows.ts"
import type { RowCounts, RunFailure, RunResource } from "./SyncResult.ts"

/** One practice's part of one run. */
export interface Run {
  readonly runId: RunId
  readonly practiceId: PracticeId
  readonly resource: RunResource
  /** What was asked for, such as `2019-06-01/2019-06-30`: a run goes on only where one of the same scope stopped. */
  readonly scope: string
  /** Who runs it. */
  readonly holder: string
}

/** Writes that the run has begun; answers the windows that need not be asked again. */
export const begin = Effect.fnUntraced(function* (
  run: Run
): Effect.fn.Return<ReadonlySet<string>, DatabaseError, SqlClient> {
  const sql = yield* SqlClient
  return yield* sql
    .withTransaction(
      Effect.gen(function* () {
        yield* sql`
          update athena.sync_runs set status = 'failed', error_tag = 'Killed', finished_at = now()
          where practice_id = ${run.practiceId} and resource = ${run.resource} and status = 'running'
            and run_id <> ${run.runId}`
        yield* forgetAbandoned(run)
        yield* sql`
          insert into athena.sync_runs (run_id, practice_id, resource, scope, holder, status)
          values (${run.runId}, ${run.practiceId}, ${run.resource}, ${run.scope}, ${run.holder}, 'running')
          on conflict (run_id, practice_id, resource) do nothing`
        return yield* finishedWindows(run)
      })
    )
    .pipe(rideOut("runs.begin"))
})

/** In a transaction: whoever else has written the run's row has ended, one way or the other, once this succeeds. */
export const lockRun = Effect.fnUntraced(function* (run: Run) {
  const sql = yield* SqlClient
  yield* sql`
    select from athena.sync_runs
    where run_id = ${run.runId} and practice_id = ${run.practiceId} and resource = ${run.resource} for update`
})

/** In the transaction that holds the rows: adds what was done to them. */
export const addCountsToRun = Effect.fnUntraced(function* (run: Run, counts: RowCounts) {
  const sql = yield* SqlClient
  yield* sql`
    update athena.sync_runs set
      fetched = fetched + ${counts.fetched}, inserted = inserted + ${counts.inserted},
      updated = updated + ${counts.updated}, unchanged = unchanged + ${counts.unchanged}, gone = gone + ${counts.gone},
      quarantined = quarantined + ${counts.quarantined}, drifted = drifted + ${counts.drifted},
      merged = merged + ${counts.merged ?? 0}
    where run_id = ${run.runId} and practice_id = ${run.practiceId} and resource = ${run.resource}`
})

/** In a window's transaction: adds its counts and marks it as finished. */
export const addWindow = (run: Run, windowKey: string, readAt: string, counts: RowCounts) =>
  addWindows(run, [windowKey], readAt, counts)

/** The same for several windows of one transaction. Each is given once. */
export const addWindows = Effect.fnUntraced(function* (
  run: Run,
  windowKeys: ReadonlyArray<string>,
  readAt: string,
  counts: RowCounts
) {
  const sql = yield* SqlClient
  yield* addCountsToRun(run, counts)
  yield* sql`
    insert into athena.finished_windows (practice_id, resource, scope, window_key, read_at)
    select ${run.practiceId}, ${run.resource}, ${run.scope}, key, ${readAt}::timestamptz
    from unnest(${windowKeys}::text[]) as key
    on conflict (practice_id, resource, scope, window_key) do update set read_at = excluded.read_at`
})

/** Whether the window that was read at `readAt` is committed. */
export const hasWindow = Effect.fnUntraced(function* (run: Run, windowKey: string, readAt: string) {
  const sql = yield* SqlClient
  const rows = yield* sql`
    select from athena.finished_windows
    where practice_id = ${run.practiceId} and resource = ${run.resource} and scope = ${run.scope}
      and window_key = ${windowKey} and read_at = ${readAt}::timestamptz`
  return rows.length > 0
})

/**
 * In a transaction of the run: the run has read without a gap up to `position`. Its age is that of the oldest window that
 * it counts on, those of an unfinished run before it included. The last run's position stands, however far an earlier one came.
 */
export const moveWatermark = Effect.fnUntraced(function* (run: Run, position: string, readAt: string) {
  const sql = yield* SqlClient
  yield* sql`
    insert into athena.watermarks (practice_id, resource, position, read_at)
    select ${run.practiceId}, ${run.resource}, ${position}, least(${readAt}::timestamptz, min(read_at))
    from athena.finished_windows
    where practice_id = ${run.practiceId} and resource = ${run.resource} and scope = ${run.scope}
    on conflict (practice_id, resource) do update set position = excluded.position, read_at = excluded.read_at`
})

export interface RunEnd {
  readonly status: "complete" | "partial" | "failed"
  /** All that was committed, as far as the run was told. */
  readonly counts: RowCounts
  readonly requests: number
  readonly retries: number
  readonly rateLimited: number
  readonly failure: RunFailure | undefined
  /** Whether the next run of the same scope goes on where this one stopped. */
  readonly isResumable: boolean
}

/**
 * Writes the end of the run. Only one that did not fail waits for a database that is away: the end of the others is as good
 * as a kill.
 *
 * A run that did not fail knows of all its commits, and each has added its counts to the run's row. If the two differ, the
 * database has lost some, or the row itself: nothing is written then, and the next run goes on behind what is left.
 */
export const finish = Effect.fnUntraced(function* (
  run: Run,
  end: RunEnd,
  lease: Lease
): Effect.fn.Return<void, DatabaseError | LeaseLost | CommitsLost, SqlClient> {
  const sql = yield* SqlClient
  const { counts } = end
  const mustAgree = end.failure === undefined
  yield* sql
    .withTransaction(
      Effect.gen(function* () {
        // It cannot be interrupted, so a lock must not hold it up: the row then reads `running`, as after a kill.
        yield* sql`set local statement_timeout = '10s'`
        // What a new holder goes on with is not ours to forget.
        yield* lease.assertHeld
        const rows = yield* sql`
        update athena.sync_runs set
          status = ${end.status}, finished_at = now(), error_tag = ${end.failure?.tag ?? null},
          retry_at = ${end.failure?.retryAt ?? null}::timestamptz, requests = ${end.requests},
          retries = ${end.retries}, rate_limited = ${end.rateLimited}
        where run_id = ${run.runId} and practice_id = ${run.practiceId} and resource = ${run.resource}
          and (not ${mustAgree} or (fetched, inserted, updated, unchanged, gone) =
            (${counts.fetched}, ${counts.inserted}, ${counts.updated}, ${counts.unchanged}, ${counts.gone}))
        returning run_id`
        if (mustAgree && rows.length === 0) return yield* new CommitsLost({ practiceId: run.practiceId })
        if (end.isResumable) return
        yield* sql`
        delete from athena.finished_windows
        where practice_id = ${run.practiceId} and resource = ${run.resource} and scope = ${run.scope}`
      })
    )
    .pipe((mustAgree ? rideOut : mapSqlError)("runs.finish"))
})

/** The database's time, by which answers are put in order; never a client's clock. */
export const databaseTime: Effect.Effect<string, DatabaseError, SqlClient> = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly now: string }>`select clock_timestamp()::text as now`
).pipe(
  Effect.map((rows) => rows[0]?.now ?? "now"),
  rideOut("runs.clock")
)
