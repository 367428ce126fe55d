/**
 * What is known of times without events: who receives now and who did last, what is usual for each topic, and the catch-ups that
 * are owed for what may not have come.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const gaps = Effect.gen(function* () {
  const sql = yield* SqlClient

  // The copies that receive, each with its last sign of life.
  yield* sql`
    create table webhook.receivers (
      copy text primary key,
      holder text not null,
      started_at timestamptz not null default clock_timestamp(),
      seen_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz
    )`

  // One row: when any of them was last there, and up to when events were counted by hours.
  yield* sql`
    create table webhook.presence (
      is_only boolean primary key default true check (is_only),
      seen_at timestamptz,
      learned_until timestamptz
    )`
  yield* sql`insert into webhook.presence default values`

  // Times in which nobody received.
  yield* sql`
    create table webhook.downtimes (
      id bigint generated always as identity primary key,
      from_at timestamptz not null,
      to_at timestamptz not null
    )`
  yield* sql`create index on webhook.downtimes (to_at)`

  // Topics that came for a practice or that it subscribes to.
  yield* sql`
    create table webhook.topics (
      practice_id text not null,
      topic text not null,
      first_at timestamptz,
      last_at timestamptz,
      subscribed_since timestamptz,
      subscription text check (subscription in ('active', 'gone')),
      primary key (practice_id, topic)
    )`

  // The hours in which they came.
  yield* sql`
    create table webhook.topic_hours (
      practice_id text not null,
      topic text not null,
      hour timestamptz not null,
      events integer not null,
      primary key (practice_id, topic, hour)
    )`

  // Silences that are longer than usual. Hours are those of the topic's own clock, see gaps/silenceLaw.ts.
  yield* sql`
    create table webhook.silences (
      practice_id text not null,
      topic text not null,
      since timestamptz not null,
      usual_hours float8 not null,
      silent_hours float8 not null,
      factor float8 not null,
      found_at timestamptz not null default clock_timestamp(),
      judged_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      primary key (practice_id, topic, since)
    )`
  yield* sql`create index on webhook.silences (practice_id, topic) where ended_at is null`

  yield* sql`
    create table webhook.catch_ups (
      id bigint generated always as identity primary key,
      practice_id text not null,
      reason text not null check (reason in ('downtime', 'silence', 'demand')),
      from_at timestamptz not null,
      to_at timestamptz not null,
      booked_at timestamptz not null default clock_timestamp(),
      due_at timestamptz not null default clock_timestamp(),
      started_at timestamptz,
      finished_at timestamptz,
      attempts integer not null default 0,
      holder text,
      run_ids text[] not null default '{}',
      blind_topics text[] not null default '{}',
      last_error_tag text
    )`
  // One that has not begun takes up what is found meanwhile.
  yield* sql`create unique index on webhook.catch_ups (practice_id) where started_at is null`
  yield* sql`create index on webhook.catch_ups (due_at) where finished_at is null`
  yield* sql`create index on webhook.catch_ups (practice_id, id)`

  // What a catch-up consists of; a step that is finished need not be done again.
  yield* sql`
    create table webhook.catch_up_steps (
      catch_up_id bigint not null references webhook.catch_ups on delete cascade,
      practice_id text not null,
      step text not null,
      position integer not null,
      finished_at timestamptz,
      primary key (catch_up_id, step)
    )`

  // When something of a practice was last stored.
  yield* sql`create index on webhook.events (practice_id, processed_at) where status = 'done'`
})
