/** What is written down of the practices that a copy has brought to the end. */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { noRows, type SyncResult } from "../runs/SyncResult.ts"
import type { Job } from "./Job.ts"

type Part = Pick<SyncResult, "resource" | "status" | "error">

/** Ends that say nothing of the practice: this copy was stopped, or met its database or another command. */
const ownEnds = new Set([
  "AuditTrailUnavailable",
  "BudgetUnavailable",
  "CommitsLost",
  "DatabaseError",
  "LeaseHeld",
  "LeaseLost",
  "Stopped"
])

/** Whether another copy would meet the same: then it need not try. */
export const isForAllCopies = (results: ReadonlyArray<SyncResult>): boolean =>
  results.every(({ error }) => error === undefined || !ownEnds.has(error.tag))

/** Writes down, while the practice's lease is held, that it is done. */
export const writeDown = Effect.fnUntraced(function* (
  job: Job,
  practiceId: PracticeId,
  lease: Lease,
  results: ReadonlyArray<SyncResult>
) {
  const sql = yield* SqlClient
  const parts = results.map(
    ({ error, resource, status }): Part => ({ resource, status, ...(error === undefined ? {} : { error }) })
  )
  const write = Effect.andThen(
    lease.assertHeld,
    sql`
      insert into athena.job_practices (practice_id, job, scope, run_id, holder, parts)
      values (${practiceId}, ${job.name}, ${job.scope}, ${job.runId}, ${job.holder}, ${JSON.stringify(parts)}::jsonb)
      on conflict (practice_id, job) do update set scope = excluded.scope, run_id = excluded.run_id,
        holder = excluded.holder, finished_at = clock_timestamp(), parts = excluded.parts`
  )
  yield* rideOut("jobs.writeDown")(sql.withTransaction(write))
})

interface Done {
  readonly runId: string
  readonly holder: string
  readonly finishedAt: string
  readonly parts: ReadonlyArray<Part>
}

/** What another copy's end of the practice looks like in this one's report: its status, and none of its rows. */
const resultsOf = (practiceId: PracticeId, { finishedAt, holder, parts, runId }: Done): ReadonlyArray<SyncResult> =>
  parts.map((part, n) => ({
    practiceId,
    resource: part.resource,
    status: part.status,
    ...noRows,
    requests: 0,
    retries: 0,
    rateLimited: 0,
    durationMs: 0,
    ...(part.error === undefined ? {} : { error: part.error }),
    ...(n > 0 ? {} : { notes: [`practice ${practiceId}: done by ${holder} at ${finishedAt}, run ${runId}`] })
  }))

/** The end to which another copy has brought the practice since the round began; none if it is to be done. */
export const doneSince = Effect.fnUntraced(function* (job: Job, practiceId: PracticeId, beganAt: string) {
  const sql = yield* SqlClient
  const [done] = yield* sql<Done>`
    select run_id as "runId", holder, parts,
      to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "finishedAt"
    from athena.job_practices
    where practice_id = ${practiceId} and job = ${job.name} and scope = ${job.scope}
      and finished_at >= ${beganAt}::timestamptz`
  return done === undefined ? undefined : resultsOf(practiceId, done)
}, rideOut("jobs.done"))
