/**
 * The inbox: what was received, and which records have to be read for it.
 *
 * An event is the vendor's word that something happened to a record; it holds no record, and no other than ids is kept of it.
 * A row of `resources` is there while there is work on a record: it is as good as a queue in which the events of one record
 * are one entry. It is claimed by putting off when it is due, so a claim whose holder dies runs out by itself. Its `generation` is a new one for every event that comes, so that whoever has read the record knows whether an
 * event came meanwhile.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const inbox = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`create sequence webhook.generations`

  yield* sql`
    create table webhook.events (
      event_id text primary key,
      practice_id text not null,
      topic text not null,
      resource text not null,
      resource_id text not null,
      logical_id text,
      patient_id text,
      department_id text,
      subscription_id text,
      status text not null check (status in ('pending', 'processing', 'done', 'kept', 'dead')),
      kept_because text check (kept_because in ('no-resource', 'unknown-topic', 'unknown-form', 'other-practice')),
      attempts integer not null default 0,
      occurred_at timestamptz,
      received_at timestamptz not null default now(),
      processed_at timestamptz,
      last_error_tag text,
      -- The order of receipt.
      generation bigint not null default nextval('webhook.generations'),
      -- Of the claim whose reading counts for this event.
      fence bigint
    )`
  // What a claim of a record takes with it.
  yield* sql`
    create index on webhook.events (practice_id, resource, resource_id, generation)
    where status in ('pending', 'processing')`
  // What is too old to be kept, and what came last.
  yield* sql`create index on webhook.events (received_at)`
  yield* sql`create index on webhook.events (received_at) where status = 'dead'`
  // How long a practice has said nothing of a topic.
  yield* sql`create index on webhook.events (practice_id, topic, received_at)`

  yield* sql`
    create table webhook.resources (
      practice_id text not null,
      resource text not null,
      resource_id text not null,
      logical_id text,
      patient_id text,
      generation bigint not null,
      dirty_since timestamptz not null default now(),
      due_at timestamptz not null,
      attempts integer not null default 0,
      is_dead boolean not null default false,
      fence bigint not null default 0,
      holder text,
      last_error_tag text,
      primary key (practice_id, resource, resource_id)
    )`
  // A practice's turn, and which practices have one.
  yield* sql`create index on webhook.resources (practice_id, due_at) where not is_dead`

  // Practices of which nothing is claimed for a while.
  yield* sql`
    create table webhook.pauses (
      practice_id text primary key,
      until timestamptz not null,
      reason_tag text not null,
      failures integer not null default 1
    )`

  // Signed Bundles in which no event could be read.
  yield* sql`
    create table webhook.notifications (
      id bigint generated always as identity primary key,
      received_at timestamptz not null default now(),
      digest text not null unique,
      reason text not null,
      times integer not null default 1
    )`
})
