/**
 * The trail's tables, its append-only triggers and the view `audit.events`.
 *
 * The triggers are ENABLE ALWAYS: they refuse the owner too, and `session_replication_role` does not
 * switch them off. An owner or superuser can still drop or disable them; verification sees what was done then.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

const tables = [
  `create table audit.subject_sets (
    hash bytea primary key check (length(hash) = 32),
    patient_ids text[] not null,
    appointment_ids text[] not null
  )`,
  "create index subject_sets_patient_ids on audit.subject_sets using gin (patient_ids)",
  "create index subject_sets_appointment_ids on audit.subject_sets using gin (appointment_ids)",
  `create table audit.heads (
    practice_id text primary key,
    sequence bigint not null,
    hash bytea not null check (length(hash) = 32)
  )`,
  `create table audit.entries (
    practice_id text not null,
    sequence bigint not null check (sequence > 0),
    kind text not null check (kind in ('intent', 'outcome', 'recovery')),
    format smallint not null,
    key_id text,
    event_id uuid not null,
    recorded_at timestamptz(3) not null,
    writer_id uuid not null,
    previous_hash bytea not null check (length(previous_hash) = 32),
    hash bytea not null check (length(hash) = 32),
    canonical bytea not null,
    subject_set bytea references audit.subject_sets (hash),
    details jsonb not null,
    action text,
    agent text,
    host text,
    program text,
    endpoint text,
    parameters jsonb,
    environment text,
    on_behalf_of text,
    purpose_of_use text,
    recipient text,
    recipient_address text,
    disclosure_description text,
    disclosure_purpose text,
    run_id text,
    source text,
    outcome text,
    error_tag text,
    records integer,
    attempts integer,
    request_id text,
    intent_sequence bigint,
    started_at timestamptz(3),
    primary key (practice_id, sequence)
  )`,
  "create unique index entries_event on audit.entries (event_id, kind)",
  "create index entries_subject_set on audit.entries (subject_set) where subject_set is not null",
  "create index entries_run on audit.entries (run_id) where run_id is not null",
  // The expression is the view's, so that a practice's events of a time are found through the view.
  "create index entries_practice on audit.entries (nullif(practice_id, '-'), recorded_at) where kind = 'intent'",
  "create index entries_recorded_at on audit.entries using brin (recorded_at)"
]

const triggers = [
  `create function audit.refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception 'audit.% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
  end $$`,
  `create function audit.heads_move_forward() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      if new.sequence = 0 then return new; end if;
    elsif new.practice_id = old.practice_id and new.sequence > old.sequence then
      return new;
    end if;
    raise exception 'audit.heads only moves forward: % is refused', tg_op using errcode = 'insufficient_privilege';
  end $$`,
  ...["entries", "subject_sets"].flatMap((table) => [
    `create trigger append_only before update or delete or truncate on audit.${table}
      for each statement execute function audit.refuse_change()`,
    `alter table audit.${table} enable always trigger append_only`
  ]),
  `create trigger append_only before delete or truncate on audit.heads
    for each statement execute function audit.refuse_change()`,
  "alter table audit.heads enable always trigger append_only",
  `create trigger move_forward before insert or update on audit.heads
    for each row execute function audit.heads_move_forward()`,
  "alter table audit.heads enable always trigger move_forward"
]

const events = `create view audit.events as
  select
    i.event_id,
    i.sequence,
    i.recorded_at as occurred_at,
    i.agent,
    i.on_behalf_of,
    i.purpose_of_use,
    i.recipient,
    i.action,
    nullif(i.practice_id, '-') as practice_id,
    coalesce(s.patient_ids, '{}') as patient_ids,
    coalesce(s.appointment_ids, '{}') as appointment_ids,
    i.endpoint,
    coalesce(o.outcome, 'unknown') as outcome,
    o.attempts,
    o.request_id,
    i.run_id,
    i.source
  from audit.entries i
  left join audit.entries o on o.event_id = i.event_id and o.kind = 'outcome'
  left join audit.subject_sets s on s.hash = coalesce(o.subject_set, i.subject_set)
  where i.kind = 'intent'`

export const auditTrail = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`create schema if not exists audit`
  for (const statement of [...tables, ...triggers, events]) yield* sql.unsafe(statement)
})
