/**
 * Where the jobs of all practices stand, in the database: what all copies of the program go by, with its clock.
 *
 * Everything but `look` is for whoever holds the practice's lease, and fails with `LeaseLost` for anybody else.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import type { LeaseLost } from "@athena-engine/database/locks/LeaseErrors"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Context, Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import type { Job, Step } from "./Job.ts"
import { retryDelay } from "./retryDelay.ts"
import type { ScheduleState } from "./ScheduleState.ts"
import { type ScheduleMoment, selectStates } from "./sql/selectStates.ts"

/** One job of one practice. */
export interface Slot {
  readonly practiceId: PracticeId
  readonly job: Job
}

/** A try that begins. */
export interface Begin extends Slot {
  readonly runId: RunId
  readonly dueAt: number
  /** When the run was begun first; undefined for one that begins now. */
  readonly startedAt: number | undefined
  readonly pending: ReadonlyArray<Step>
  readonly attempt: number
}

/** How a try ended. */
export type End =
  /** Nothing is left to do. */
  | { readonly _tag: "Done"; readonly status: "complete" | "partial" }
  /** Something is left, and is tried again after a while. */
  | { readonly _tag: "Failed"; readonly status: "partial" | "failed"; readonly attempt: number }
  /** The practice was told to wait, until then. */
  | { readonly _tag: "Waiting"; readonly until: number }
  /** The program was told to stop. What is left may be gone on with at once, by any copy. */
  | { readonly _tag: "Stopped"; readonly attempt: number }

type Holding<A> = Effect.Effect<A, DatabaseError | LeaseLost>

export class ScheduleStates extends Context.Service<
  ScheduleStates,
  {
    /** Where each job of each practice stands, and the database's time. A new practice's first run is the next that is due. */
    readonly look: (
      practices: ReadonlyArray<PracticeId>,
      jobs: ReadonlyArray<Job>
    ) => Effect.Effect<ScheduleMoment, DatabaseError>
    /** Answers when the run was begun first. */
    readonly begin: (lease: Lease, begin: Begin) => Holding<number>
    /** A step is done, and need not be done again in this run. */
    readonly stepDone: (lease: Lease, slot: Slot, step: Step) => Holding<void>
    readonly end: (lease: Lease, slot: Slot, end: End) => Holding<void>
  }
>()("sync/schedule/ScheduleStates") {
  static readonly layerSql: Layer.Layer<ScheduleStates, never, SqlClient> = Layer.effect(
    ScheduleStates,
    Effect.suspend(() => make)
  )
}

export type { ScheduleMoment, ScheduleState }

/** A practice that is told to wait no longer is still left alone for a moment. */
const shortestWait = "5 seconds"

const make = Effect.gen(function* () {
  const sql = yield* SqlClient
  const provided = Effect.provideService(SqlClient, sql)
  /** One transaction of the lease's holder. Whatever it does can be done twice. */
  const holding = <A>(operation: string, lease: Lease, work: Effect.Effect<A, SqlError>) =>
    provided(rideOut(operation)(sql.withTransaction(Effect.andThen(lease.assertHeld, work))))

  const begin = (lease: Lease, { attempt, dueAt, job, pending, practiceId, runId, startedAt }: Begin) =>
    holding(
      "schedule.begin",
      lease,
      Effect.map(
        // From the second try on a copy that is killed by it leaves it alone for a while, so that it does not kill them all.
        sql<{ readonly begunAt: number }>`
          update athena.scheduled_jobs set
            due_at = to_timestamp(${dueAt}::float8 / 1000), pending = ${pending}::text[], attempts = ${attempt},
            begun_at = coalesce(to_timestamp(${startedAt ?? null}::float8 / 1000), clock_timestamp()),
            not_before = case when ${attempt} > 1 then
              clock_timestamp() + ${Duration.toSeconds(retryDelay(attempt))}::float8 * interval '1 second' end,
            last_run_id = ${runId}, last_status = 'running', last_started_at = clock_timestamp(), last_ended_at = null
          where practice_id = ${practiceId} and job = ${job}
          returning floor(extract(epoch from begun_at)::float8 * 1000) as "begunAt"`,
        ([row]) => row?.begunAt ?? dueAt
      )
    )

  const stepDone = (lease: Lease, { job, practiceId }: Slot, step: Step) =>
    holding(
      "schedule.step",
      lease,
      sql`
        update athena.scheduled_jobs set pending = array_remove(pending, ${step})
        where practice_id = ${practiceId} and job = ${job}`
    ).pipe(Effect.asVoid)

  const end = (lease: Lease, { job, practiceId }: Slot, ended: End) =>
    holding("schedule.end", lease, Effect.asVoid(statementOf(ended, sql`practice_id = ${practiceId} and job = ${job}`)))

  const statementOf = (ended: End, isSlot: Fragment): Effect.Effect<unknown, SqlError> => {
    switch (ended._tag) {
      case "Done":
        return sql`
          update athena.scheduled_jobs set
            covered_until = greatest(covered_until, begun_at), due_at = null, begun_at = null, pending = null,
            attempts = 0, not_before = null, last_status = ${ended.status}, last_ended_at = clock_timestamp()
          where ${isSlot} and due_at is not null`
      case "Failed":
        return sql`
          update athena.scheduled_jobs set
            not_before = clock_timestamp() + ${Duration.toSeconds(retryDelay(ended.attempt))}::float8 * interval '1 second',
            last_status = ${ended.status}, last_ended_at = clock_timestamp()
          where ${isSlot}`
      case "Waiting":
        return sql`
          update athena.scheduled_jobs set
            not_before = greatest(to_timestamp(${ended.until}::float8 / 1000), clock_timestamp() + ${shortestWait}::interval),
            attempts = 0, last_status = 'waiting', last_ended_at = clock_timestamp()
          where ${isSlot}`
      case "Stopped":
        return sql`
          update athena.scheduled_jobs set
            attempts = ${ended.attempt - 1}, not_before = null, last_status = 'stopped', last_ended_at = clock_timestamp()
          where ${isSlot}`
    }
  }

  return ScheduleStates.of({
    look: (practices, jobs) => provided(selectStates(practices, jobs)),
    begin,
    stepDone,
    end
  })
})
