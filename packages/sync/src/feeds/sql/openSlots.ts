import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AppointmentRow } from "../../appointments/AppointmentRow.ts"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"

/**
 * In a step: those of the open slots that are to be stored. A slot that the database does not know frees nothing, and is left
 * out. But while a run reads lists it may hold an older answer, of when somebody had it, and store it later; so while one
 * does, every slot is stored, as gone, for that answer to be the older one. Whether a run does is asked first: what it
 * stored before it ended can be seen by the question after that.
 */
export const slotsToStore = Effect.fnUntraced(function* (run: Run, slots: ReadonlyArray<AppointmentRow>) {
  if (slots.length === 0) return slots
  const sql = yield* SqlClient
  const running = yield* sql`
    select from athena.sync_runs
    where practice_id = ${run.practiceId} and resource = 'appointments' and status = 'running' limit 1`
  if (running.length > 0) return slots
  const ids = arrayLiteral(slots.map(({ appointment }) => appointment.appointmentId))
  const rows = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.appointments
    where practice_id = ${run.practiceId} and appointment_id = any(${ids}::text[])`
  const known = new Set(rows.map(({ id }) => id))
  return slots.filter(({ appointment }) => known.has(appointment.appointmentId))
})
