import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"
import { columnsOf, type PatientRow } from "../PatientRow.ts"

/**
 * Inserts or updates patients in one statement; answers those that were written. An older answer never overwrites a newer
 * one: patients carry no stamp of modification, so the database's time before the request decides.
 */
export const upsert = Effect.fnUntraced(function* (run: Run, rows: ReadonlyArray<PatientRow>, readAt: string) {
  const sql = yield* SqlClient
  const columns = columnsOf(rows)
  return yield* sql<{ readonly patientId: string; readonly isInserted: boolean }>`
    insert into athena.patients as stored (
      practice_id, patient_id, first_name, last_name, birth_date, sex, email, mobile_phone, department_id, status, raw,
      content_hash, read_at, run_id
    )
    select
      ${run.practiceId}, row.patient_id, row.first_name, row.last_name, row.birth_date, row.sex, row.email,
      row.mobile_phone, row.department_id, row.status, row.raw, decode(row.content_hash, 'hex'), ${readAt}::timestamptz, ${run.runId}
    from unnest(
      ${columns.patientId}::text[], ${columns.firstName}::text[], ${columns.lastName}::text[],
      ${columns.birthDate}::date[], ${columns.sex}::text[], ${columns.email}::text[], ${columns.mobilePhone}::text[],
      ${columns.departmentId}::text[], ${columns.status}::text[], ${columns.raw}::jsonb[],
      ${columns.contentHash}::text[]
    ) as row (
      patient_id, first_name, last_name, birth_date, sex, email, mobile_phone, department_id, status, raw, content_hash
    )
    on conflict (practice_id, patient_id) do update set
      first_name = excluded.first_name, last_name = excluded.last_name, birth_date = excluded.birth_date,
      sex = excluded.sex, email = excluded.email, mobile_phone = excluded.mobile_phone,
      department_id = excluded.department_id, status = excluded.status, raw = excluded.raw,
      content_hash = excluded.content_hash, read_at = excluded.read_at, run_id = excluded.run_id, synced_at = now(),
      gone_at = null
    where stored.read_at <= excluded.read_at
      and (stored.raw is distinct from excluded.raw or stored.gone_at is not null)
    returning patient_id as "patientId", xmax = 0 as "isInserted"`
})
