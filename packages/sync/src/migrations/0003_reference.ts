/**
 * Reference data: who a practice's appointments are with, and of which type.
 *
 * `unlisted_since`: the vendor's list, read whole, has lacked the record since then. That is no word about the record
 * itself. `gone_at` is; only a provider can be asked for by id.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const reference = Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    alter table athena.departments
      add read_at timestamptz not null default '-infinity',
      add unlisted_since timestamptz`

  yield* sql`
    create table athena.providers (
      practice_id text not null,
      provider_id text not null,
      name text,
      first_name text,
      last_name text,
      entity_type text,
      npi text,
      raw jsonb not null,
      content_hash bytea not null,
      read_at timestamptz not null,
      first_seen_at timestamptz not null default now(),
      synced_at timestamptz not null default now(),
      unlisted_since timestamptz,
      gone_at timestamptz,
      primary key (practice_id, provider_id)
    )`

  yield* sql`
    create table athena.appointment_types (
      practice_id text not null,
      appointment_type_id text not null,
      name text,
      short_name text,
      patient_display_name text,
      duration_minutes integer,
      is_generic boolean,
      is_for_patients boolean,
      is_template_only boolean,
      raw jsonb not null,
      content_hash bytea not null,
      read_at timestamptz not null,
      first_seen_at timestamptz not null default now(),
      synced_at timestamptz not null default now(),
      unlisted_since timestamptz,
      primary key (practice_id, appointment_type_id)
    )`
})
