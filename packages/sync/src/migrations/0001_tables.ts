/**
 * The tables of schema `athena`: the records, and what is known of the runs that brought them.
 *
 * Ids are text, as the vendor's are opaque. `content_hash` tells an unchanged record without reading its `raw`;
 * `read_at` is the database's time before the request that brought the record left, by which an older answer is told
 * from a newer one where the vendor gives no stamp.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const tables = Effect.gen(function* () {
  const sql = yield* SqlClient

  // The vendor's stamps are Eastern without an offset, and read as the earlier instant: in the hour that occurs twice each
  // autumn they cannot be put in order.
  yield* sql`
    create function athena.is_repeated_hour(instant timestamptz) returns boolean language sql stable parallel safe as $$
      select instant at time zone 'America/New_York' = (instant + interval '1 hour') at time zone 'America/New_York'
    $$`

  yield* sql`
    create table athena.departments (
      practice_id text not null,
      department_id text not null,
      name text,
      time_zone text,
      raw jsonb not null,
      content_hash bytea not null,
      first_seen_at timestamptz not null default now(),
      synced_at timestamptz not null default now(),
      primary key (practice_id, department_id)
    )`

  yield* sql`
    create table athena.appointments (
      practice_id text not null,
      appointment_id text not null,
      patient_id text,
      department_id text not null,
      provider_id text,
      appointment_type_id text,
      date date not null,
      start_time time not null,
      time_zone text,
      starts_at timestamptz,
      duration_minutes integer,
      status text not null,
      last_modified_at timestamptz,
      cancelled_at timestamptz,
      rescheduled_to text,
      rescheduled_from text,
      raw jsonb not null,
      content_hash bytea not null,
      read_at timestamptz not null,
      run_id text not null,
      first_seen_at timestamptz not null default now(),
      synced_at timestamptz not null default now(),
      gone_at timestamptz,
      primary key (practice_id, appointment_id)
    )`
  // A window's candidates, and every question by day.
  yield* sql`create index on athena.appointments (practice_id, date)`
  // The patients that a practice's appointments name.
  yield* sql`create index on athena.appointments (practice_id, patient_id)`
  yield* sql`create index on athena.appointments (practice_id, rescheduled_to) where rescheduled_to is not null`

  yield* sql`
    create table athena.patients (
      practice_id text not null,
      patient_id text not null,
      first_name text,
      last_name text,
      birth_date date,
      sex text,
      email text,
      mobile_phone text,
      department_id text,
      status text,
      raw jsonb not null,
      content_hash bytea not null,
      read_at timestamptz not null,
      run_id text not null,
      first_seen_at timestamptz not null default now(),
      synced_at timestamptz not null default now(),
      gone_at timestamptz,
      primary key (practice_id, patient_id)
    )`

  yield* sql`
    create table athena.sync_runs (
      run_id text not null,
      practice_id text not null,
      resource text not null,
      scope text not null,
      holder text not null,
      status text not null check (status in ('running', 'complete', 'partial', 'failed')),
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      fetched bigint not null default 0,
      inserted bigint not null default 0,
      updated bigint not null default 0,
      unchanged bigint not null default 0,
      gone bigint not null default 0,
      quarantined bigint not null default 0,
      drifted bigint not null default 0,
      requests bigint not null default 0,
      retries bigint not null default 0,
      rate_limited bigint not null default 0,
      error_tag text,
      retry_at timestamptz,
      primary key (run_id, practice_id, resource)
    )`
  yield* sql`create index on athena.sync_runs (practice_id, resource, started_at desc)`

  // Finished windows of a run that is not finished; a later run of the same scope goes on behind them.
  yield* sql`
    create table athena.finished_windows (
      practice_id text not null,
      resource text not null,
      scope text not null,
      window_key text not null,
      read_at timestamptz not null,
      primary key (practice_id, resource, scope, window_key)
    )`

  // How far a practice's resource has been read, and when the reading began.
  yield* sql`
    create table athena.watermarks (
      practice_id text not null,
      resource text not null,
      position text not null,
      read_at timestamptz not null,
      primary key (practice_id, resource)
    )`

  // Appointments that their window no longer lists; a read by id decides.
  yield* sql`
    create table athena.candidates (
      practice_id text not null,
      appointment_id text not null,
      date date not null,
      noticed_at timestamptz not null default now(),
      primary key (practice_id, appointment_id)
    )`

  yield* sql`
    create table athena.quarantine (
      id bigint generated always as identity primary key,
      practice_id text not null,
      resource text not null,
      record_key text not null,
      record_id text,
      reason text not null,
      raw jsonb not null,
      run_id text not null,
      first_seen_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      unique (practice_id, resource, record_key)
    )`
})
