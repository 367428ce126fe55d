/**
 * Merges: which patient another one was merged into. Only the record that is left tells, by the ids that were its
 * (`previouspatientids`); the one that is no more is one whose `status` is `deleted`.
 *
 * A trigger keeps the links, as one keeps the appointments' history: no way of writing a patient can forget them, they are
 * committed with the row, and they are always what the stored `raw` says, so that an id which it names no longer is linked no
 * longer. Whoever was merged twice is linked to both, the next one and the last; `surviving_patient` finds the last one.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const patientLinks = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    create table athena.patient_links (
      practice_id text not null,
      previous_patient_id text not null,
      patient_id text not null,
      first_seen_at timestamptz not null default now(),
      run_id text not null,
      primary key (practice_id, previous_patient_id, patient_id)
    )`
  // Whom a patient was before.
  yield* sql`create index on athena.patient_links (practice_id, patient_id)`

  // In whatever form the vendor names them: a list of texts, of numbers or of records, or one text with commas. What has not
  // the form of an id is none: it goes where nothing that identifies a person may.
  yield* sql`
    create function athena.previous_patient_ids(record jsonb) returns text[] language sql immutable parallel safe as $$
      select coalesce(array_agg(distinct btrim(part)), '{}')
      from jsonb_array_elements(
        case jsonb_typeof(record->'previouspatientids')
          when 'array' then record->'previouspatientids'
          else jsonb_build_array(record->'previouspatientids')
        end
      ) as item (value)
      cross join lateral string_to_table(
        case jsonb_typeof(value)
          when 'object' then coalesce(value->>'previouspatientid', value->>'patientid')
          else value#>>'{}'
        end,
        ','
      ) as part
      where btrim(part) ~ '^(?=[^0-9]*[0-9])(?![0-9]+(?:-[0-9]+)+$)[A-Za-z0-9._:~-]{1,64}$'
    $$`

  yield* sql`
    create function athena.keep_patient_links() returns trigger language plpgsql as $$
      declare previous text[] := array_remove(athena.previous_patient_ids(new.raw), new.patient_id);
      begin
        delete from athena.patient_links
        where practice_id = new.practice_id and patient_id = new.patient_id and previous_patient_id <> all(previous);
        insert into athena.patient_links (practice_id, previous_patient_id, patient_id, run_id)
        select new.practice_id, id, new.patient_id, new.run_id from unnest(previous) as id
        on conflict do nothing;
        return null;
      end $$`

  yield* sql`
    create trigger link_new_patient after insert on athena.patients
    for each row when (new.raw ? 'previouspatientids') execute function athena.keep_patient_links()`
  yield* sql`
    create trigger link_patient after update of raw on athena.patients
    for each row when (old.raw->'previouspatientids' is distinct from new.raw->'previouspatientids')
    execute function athena.keep_patient_links()`

  yield* sql`
    insert into athena.patient_links (practice_id, previous_patient_id, patient_id, first_seen_at, run_id)
    select practice_id, id, patient_id, synced_at, run_id
    from athena.patients cross join lateral unnest(athena.previous_patient_ids(raw)) as id
    where raw ? 'previouspatientids' and id <> patient_id`

  // Each id is come by once, so a circle ends too: at one who is not deleted. One who was never merged survives as such.
  yield* sql`
    create function athena.surviving_patient(practice text, patient text) returns text
    language sql stable parallel safe as $$
      with recursive reached (id) as (
        select patient
        union
        select link.patient_id from reached
        join athena.patient_links as link on link.practice_id = practice and link.previous_patient_id = reached.id
      )
      select reached.id from reached
      left join athena.patients as stored on stored.practice_id = practice and stored.patient_id = reached.id
      order by
        exists (
          select from athena.patient_links as further
          where further.practice_id = practice and further.previous_patient_id = reached.id
        ),
        stored.patient_id is null or stored.gone_at is not null,
        stored.status is not distinct from 'deleted',
        reached.id collate "C"
      limit 1
    $$`

  yield* sql`
    create view athena.surviving_patients as
      select practice_id, patient_id, athena.surviving_patient(practice_id, patient_id) as surviving_patient_id
      from (
        select distinct practice_id, previous_patient_id as patient_id from athena.patient_links
      ) as merged`

  yield* sql`alter table athena.sync_runs add column merged bigint not null default 0`
})
