import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"
import { AppointmentRow } from "../AppointmentRow.ts"
import { upsert } from "./upsert.ts"

/**
 * Stores an appointment that was read by its id; answers whether a row was written. The read by id is leaner than the
 * lists, so the row stays as it is unless one of the columns differs: else every other run would write it again.
 */
export const storeRead = Effect.fnUntraced(function* (run: Run, appointment: Appointment, readAt: string) {
  const sql = yield* SqlClient
  const same = yield* sql`
    select 1 from athena.appointments
    where practice_id = ${run.practiceId} and appointment_id = ${appointment.appointmentId}
      and status = ${appointment.status} and date = ${appointment.date}::date
      and start_time = ${appointment.startTime}::time and department_id = ${appointment.departmentId}
      and patient_id is not distinct from ${appointment.patientId ?? null}::text
      and provider_id is not distinct from ${appointment.providerId ?? null}::text
      and appointment_type_id is not distinct from ${appointment.appointmentTypeId ?? null}::text
      and duration_minutes is not distinct from ${appointment.durationMinutes ?? null}::integer`
  if (same.length > 0) return false
  const { inserted, updated } = yield* upsert(run, [new AppointmentRow(appointment)], readAt, "read")
  return inserted + updated > 0
})
