/**
 * What handlers are owed: one row for each event and each handler that wants its topic, written in the transaction in which
 * the event is done with. It holds ids; the record itself is handed over in memory, or read again.
 *
 * `position` is the order in which the deliveries of a record are made, for each handler apart: given out while the record is
 * locked, so it follows the order of commits. `reading` names the reading of the record that the delivery goes with, `kept_by`
 * the memory that holds what was read.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const handlers = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    create table webhook.deliveries (
      handler text not null,
      event_id text not null,
      practice_id text not null,
      topic text not null,
      resource text not null,
      resource_id text not null,
      logical_id text,
      patient_id text,
      department_id text,
      occurred_at timestamptz,
      received_at timestamptz not null,
      status text not null default 'pending' check (status in ('pending', 'done', 'dead')),
      attempts integer not null default 0,
      position bigint not null default nextval('webhook.generations'),
      reading bigint not null,
      kept_by text,
      due_at timestamptz not null default now(),
      fence bigint not null default 0,
      holder text,
      last_error_tag text,
      created_at timestamptz not null default now(),
      done_at timestamptz,
      primary key (handler, event_id)
    )`
  // A handler's turn.
  yield* sql`create index on webhook.deliveries (handler, due_at) where status = 'pending'`
  // Whether another one of the record has to be made before.
  yield* sql`
    create index on webhook.deliveries (handler, practice_id, resource, resource_id, position)
    where status = 'pending'`
  // What was given up, and what is old enough to be forgotten.
  yield* sql`create index on webhook.deliveries (created_at) where status = 'dead'`
  yield* sql`create index on webhook.deliveries (done_at) where status = 'done'`
  // What became of an event.
  yield* sql`create index on webhook.deliveries (event_id)`
})
