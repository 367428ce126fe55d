/**
 * What happened to an appointment: a row for every change of its status, its day, its time, or of its being gone, with what
 * it was before. A trigger keeps it, so that no way of writing an appointment can forget it, and so that what is compared is
 * the row that was really replaced, whoever else writes meanwhile.
 *
 * The first state of an appointment is no change: it is what its first row here says that it was before, or what its row in
 * `athena.appointments` still says. That way a first load costs nothing, and neither does a row that is not written.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const history = Effect.gen(function* () {
  const sql = yield* SqlClient

  // What the record was last written from: a list, the read by its id, or the feed.
  yield* sql`
    alter table athena.appointments add column source text not null default 'list'
      check (source in ('list', 'read', 'feed'))`

  yield* sql`
    create table athena.appointment_history (
      practice_id text not null,
      appointment_id text not null,
      id bigint generated always as identity,
      status text not null,
      date date not null,
      start_time time not null,
      is_gone boolean not null,
      status_before text not null,
      date_before date not null,
      start_time_before time not null,
      was_gone boolean not null,
      changed_at timestamptz,
      observed_at timestamptz not null,
      source text not null,
      run_id text not null,
      primary key (practice_id, appointment_id, id)
    )`

  yield* sql`
    create function athena.keep_history() returns trigger language plpgsql as $$
      begin
        insert into athena.appointment_history (
          practice_id, appointment_id, status, date, start_time, is_gone,
          status_before, date_before, start_time_before, was_gone, changed_at, observed_at, source, run_id
        ) values (
          new.practice_id, new.appointment_id, new.status, new.date, new.start_time, new.gone_at is not null,
          old.status, old.date, old.start_time, old.gone_at is not null,
          new.last_modified_at, coalesce(new.gone_at, new.read_at), new.source, new.run_id
        );
        return null;
      end $$`

  yield* sql`
    create trigger keep_history after update of status, date, start_time, gone_at on athena.appointments
    for each row when (
      old.status is distinct from new.status or old.date is distinct from new.date
      or old.start_time is distinct from new.start_time or (old.gone_at is null) <> (new.gone_at is null)
    )
    execute function athena.keep_history()`
})
