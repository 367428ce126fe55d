import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"

/**
 * Links an appointment to the cancelled one that it took the place of, whichever of the two came first: a reschedule
 * changes the id, and only the old record names the new one. Each side is found by its own index.
 */
export const linkReschedules = Effect.fnUntraced(function* (run: Run, written: ReadonlyArray<Appointment>) {
  if (written.length === 0) return
  const sql = yield* SqlClient
  const writtenIds = arrayLiteral(written.map(({ appointmentId }) => appointmentId))
  const rescheduledIds = arrayLiteral(
    written.filter((one) => one.rescheduledAppointmentId !== undefined).map(({ appointmentId }) => appointmentId)
  )
  yield* sql`
    with links as (
      select old.appointment_id as old_id, old.rescheduled_to as new_id
      from unnest(${rescheduledIds}::text[]) as rescheduled (id)
      join athena.appointments as old on old.practice_id = ${run.practiceId} and old.appointment_id = rescheduled.id
      where old.rescheduled_to is not null
      union
      select old.appointment_id, old.rescheduled_to
      from unnest(${writtenIds}::text[]) as written (id)
      join athena.appointments as old on old.practice_id = ${run.practiceId} and old.rescheduled_to = written.id
    )
    update athena.appointments as successor set rescheduled_from = links.old_id
    from links
    where successor.practice_id = ${run.practiceId} and successor.appointment_id = links.new_id
      and successor.rescheduled_from is distinct from links.old_id`
})
