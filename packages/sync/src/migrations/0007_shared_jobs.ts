/**
 * What copies of one job on one database tell each other, so that each practice is done once: which of them belong together,
 * and which practices one of them has brought to the end. See `jobs/shareJob.ts`.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const sharedJobs = Effect.gen(function* () {
  const sql = yield* SqlClient

  // One row for each job that was ever asked for in these words: its last round, and the copies that joined it.
  yield* sql`
    create table athena.job_rounds (
      job text not null,
      scope text not null,
      began_at timestamptz not null,
      copies text[] not null,
      primary key (job, scope)
    )`

  // Who brought a practice to the end last, and how: resource, status and error of each part, no counts and no PHI.
  yield* sql`
    create table athena.job_practices (
      practice_id text not null,
      job text not null,
      scope text not null,
      run_id text not null,
      holder text not null,
      finished_at timestamptz not null default clock_timestamp(),
      parts jsonb not null,
      primary key (practice_id, job)
    )`
})
