import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Job, Step } from "../Job.ts"
import type { ScheduleState } from "../ScheduleState.ts"

/** Where everything stood at one moment. */
export interface ScheduleMoment {
  /** The database's time, as milliseconds since 1970. */
  readonly now: number
  readonly states: ReadonlyArray<ScheduleState>
}

interface Row {
  readonly practiceId: PracticeId
  readonly job: Job
  readonly now: number
  readonly coveredUntil: number | null
  readonly dueAt: number | null
  readonly startedAt: number | null
  readonly pending: ReadonlyArray<Step> | null
  readonly attempts: number
  readonly notBefore: number | null
}

const stateOf = (row: Row): ScheduleState => ({
  practiceId: row.practiceId,
  job: row.job,
  coveredUntil: row.coveredUntil ?? row.now,
  open:
    row.dueAt === null || row.startedAt === null || row.pending === null
      ? undefined
      : {
          dueAt: row.dueAt,
          startedAt: row.startedAt,
          pending: row.pending,
          attempts: row.attempts,
          notBefore: row.notBefore ?? undefined
        }
})

/** One row for each job of each practice; those that nobody has looked at yet are covered up to now. By the primary key. */
export const selectStates = Effect.fnUntraced(function* (
  practices: ReadonlyArray<PracticeId>,
  jobs: ReadonlyArray<Job>
) {
  const sql = yield* SqlClient
  const millis = (column: string) => sql.literal(`floor(extract(epoch from ${column})::float8 * 1000)`)
  const read = sql<Row>`
    select practice.id as "practiceId", wanted.job, ${millis("clock_timestamp()")} as now,
      ${millis("covered_until")} as "coveredUntil", ${millis("due_at")} as "dueAt", ${millis("begun_at")} as "startedAt",
      pending, coalesce(attempts, 0) as attempts, ${millis("not_before")} as "notBefore"
    from unnest(${practices}::text[]) as practice (id) cross join unnest(${jobs}::text[]) as wanted (job)
    left join athena.scheduled_jobs as state on state.practice_id = practice.id and state.job = wanted.job`
  let rows = yield* read
  if (rows.some(({ coveredUntil }) => coveredUntil === null)) {
    yield* sql`
      insert into athena.scheduled_jobs (practice_id, job, covered_until)
      select practice.id, wanted.job, clock_timestamp()
      from unnest(${practices}::text[]) as practice (id) cross join unnest(${jobs}::text[]) as wanted (job)
      on conflict do nothing`
    rows = yield* read
  }
  const moment: ScheduleMoment = { now: rows[0]?.now ?? 0, states: rows.map(stateOf) }
  return moment
}, mapSqlError("schedule.look"))
