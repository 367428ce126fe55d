import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** An appointment that must be there: the one that a list brought last, and that is no candidate. */
export const controlAppointment = Effect.fnUntraced(function* (run: Run) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.appointments as appointment
    where practice_id = ${run.practiceId} and gone_at is null and not exists (
      select from athena.candidates as candidate
      where candidate.practice_id = ${run.practiceId} and candidate.appointment_id = appointment.appointment_id
    )
    order by date desc limit 1`
  return rows[0] === undefined ? undefined : AppointmentId.make(rows[0].id)
})
