/**
 * Where the scheduled jobs of each practice stand. What is due is never stored: it follows from `covered_until` and the crons
 * that the program was started with, so that changing them needs nothing here.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const schedule = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    create table athena.scheduled_jobs (
      practice_id text not null,
      job text not null,
      covered_until timestamptz not null,
      due_at timestamptz,
      begun_at timestamptz,
      pending text[],
      attempts int not null default 0,
      not_before timestamptz,
      last_run_id text,
      last_status text check (last_status in ('running', 'complete', 'partial', 'failed', 'waiting', 'stopped')),
      last_started_at timestamptz,
      last_ended_at timestamptz,
      primary key (practice_id, job),
      check ((due_at is null) = (pending is null) and (due_at is null) = (begun_at is null))
    )`
})
