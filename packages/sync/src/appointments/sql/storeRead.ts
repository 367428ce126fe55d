import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"
import type { AppointmentRow } from "../AppointmentRow.ts"
import { upsert } from "./upsert.ts"

/**
 * Stores an appointment that was read by its id; answers whether a row was written. The read by id is leaner than the
 * lists, so the row stays as it is unless one of the columns differs: else every other run would write it again.
 */
export const storeRead = Effect.fnUntraced(function* (run: Run, row: AppointmentRow, readAt: string) {
  const sql = yield* SqlClient
  const same = yield* sql`
    select 1 from athena.appointments
    where practice_id = ${run.practiceId} and appointment_id = ${row.appointmentId}
      and status = ${row.status} and date = ${row.date}::date
      and start_time = ${row.startTime}::time and department_id = ${row.departmentId}
      and patient_id is not distinct from ${row.patientId ?? null}::text
      and provider_id is not distinct from ${row.providerId ?? null}::text
      and appointment_type_id is not distinct from ${row.appointmentTypeId ?? null}::text
      and duration_minutes is not distinct from ${row.durationMinutes ?? null}::integer`
  if (same.length > 0) return false
  const written = yield* upsert(run, [row], readAt)
  return written.length > 0
})
