import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Written } from "../../rows/Written.ts"
import type { Run } from "../../runs/Runs.ts"
import { type AppointmentRow, columnsOf } from "../AppointmentRow.ts"

/** What the rows were read from. */
export type Source = "list" | "read" | "feed"

/**
 * Inserts or updates the rows in one statement; answers how many were written.
 *
 * A row is only overwritten by a newer one: by the vendor's stamp of modification where both have it and they differ, else
 * by the database's time before the request left. Stamps of the hour that occurs twice each autumn are in no order. A row that
 * is listed is not gone. The primary key serves the conflict; a trigger keeps the history (`0004_history`).
 */
export const upsert = Effect.fnUntraced(function* (
  run: Pick<Run, "runId" | "practiceId">,
  rows: ReadonlyArray<AppointmentRow>,
  readAt: string,
  source: Source = "list"
) {
  const sql = yield* SqlClient
  const columns = columnsOf(rows)
  const [written] = yield* sql<Written>`
    with written as (
      insert into athena.appointments as stored (
        practice_id, appointment_id, patient_id, department_id, provider_id, appointment_type_id, date, start_time,
        time_zone, starts_at, duration_minutes, status, last_modified_at, cancelled_at, rescheduled_to, raw, content_hash,
        read_at, run_id, gone_at, source
      )
      select
        ${run.practiceId}, row.appointment_id, row.patient_id, row.department_id, row.provider_id,
        row.appointment_type_id, row.date, row.start_time, department.time_zone,
        athena.instant_of(row.date + row.start_time, department.time_zone), row.duration_minutes, row.status,
        to_timestamp(row.last_modified_ms / 1000.0), to_timestamp(row.cancelled_ms / 1000.0), row.rescheduled_to,
        row.raw::jsonb, decode(row.content_hash, 'hex'),
        ${readAt}::timestamptz, ${run.runId}, case when row.status = 'o' then now() end,
        ${source}
      from unnest(
        ${columns.appointmentId}::text[], ${columns.patientId}::text[], ${columns.departmentId}::text[],
        ${columns.providerId}::text[], ${columns.appointmentTypeId}::text[], ${columns.date}::date[],
        ${columns.startTime}::time[], ${columns.durationMinutes}::integer[], ${columns.status}::text[],
        ${columns.lastModifiedMillis}::bigint[], ${columns.cancelledMillis}::bigint[], ${columns.rescheduledTo}::text[],
        ${columns.contentHash}::text[], ${columns.raw}::text[]
      ) as row (
        appointment_id, patient_id, department_id, provider_id, appointment_type_id, date, start_time, duration_minutes,
        status, last_modified_ms, cancelled_ms, rescheduled_to, content_hash, raw
      )
      left join athena.departments as department
        on department.practice_id = ${run.practiceId} and department.department_id = row.department_id
      on conflict (practice_id, appointment_id) do update set
        patient_id = excluded.patient_id, department_id = excluded.department_id, provider_id = excluded.provider_id,
        appointment_type_id = excluded.appointment_type_id, date = excluded.date, start_time = excluded.start_time,
        time_zone = excluded.time_zone, starts_at = excluded.starts_at, duration_minutes = excluded.duration_minutes,
        status = excluded.status, last_modified_at = excluded.last_modified_at, cancelled_at = excluded.cancelled_at,
        rescheduled_to = excluded.rescheduled_to, raw = excluded.raw, content_hash = excluded.content_hash,
        read_at = excluded.read_at, run_id = excluded.run_id, synced_at = now(), gone_at = excluded.gone_at,
        source = excluded.source
      where
        case
          when stored.last_modified_at <> excluded.last_modified_at
            and not athena.is_repeated_hour(stored.last_modified_at)
            and not athena.is_repeated_hour(excluded.last_modified_at)
            then excluded.last_modified_at > stored.last_modified_at
          else excluded.read_at >= stored.read_at
        end
        and (
          stored.raw is distinct from excluded.raw
          or (stored.gone_at is null) <> (excluded.gone_at is null)
        )
      returning xmax = 0 as is_inserted
    )
    select
      count(*) filter (where is_inserted)::int as inserted, count(*) filter (where not is_inserted)::int as updated
    from written`
  return written ?? { inserted: 0, updated: 0 }
})
