/**
 * A round: copies of one job that run at the same time. The first copy begins it. Whoever comes while one of its copies
 * lives belongs to it, however long it has been going on; whoever comes later begins a new one, in which everything is
 * asked anew.
 *
 * 1. the lease that shows that this copy lives, until its scope closes
 * 2. the round's row, locked: if none of its copies lives, a new round begins now; the copy is written among the others
 *
 * In this order nobody is among the copies without living. A copy that is killed between the two belongs to no round.
 */
import { Leases } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { copyLeaseOf, type Job } from "./Job.ts"

/** Joins the job's round, or begins one; answers when it began, by the database's clock. */
export const joinRound = Effect.fnUntraced(function* (job: Job) {
  const sql = yield* SqlClient
  const leases = yield* Leases
  yield* leases.acquire(copyLeaseOf(job, job.runId), { holder: job.holder })
  const join = Effect.gen(function* () {
    yield* sql`
      insert into athena.job_rounds (job, scope, began_at, copies)
      values (${job.name}, ${job.scope}, clock_timestamp(), '{}') on conflict do nothing`
    const [round] = yield* sql<{ readonly copies: ReadonlyArray<string> }>`
      select copies from athena.job_rounds where job = ${job.name} and scope = ${job.scope} for update`
    const living = new Set((yield* leases.holdings).map(({ name }) => name))
    const copies = (round?.copies ?? []).filter((runId) => living.has(copyLeaseOf(job, runId)))
    const [joined] = yield* sql<{ readonly beganAt: string }>`
      update athena.job_rounds set
        began_at = case when ${copies.length === 0} then clock_timestamp() else began_at end,
        copies = ${[...new Set([...copies, job.runId])]}::text[]
      where job = ${job.name} and scope = ${job.scope}
      returning began_at::text as "beganAt"`
    return joined?.beganAt ?? "now"
  })
  return yield* rideOut("jobs.join")(sql.withTransaction(join))
})
