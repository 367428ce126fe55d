import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/**
 * Some appointments that must be there, to be asked for until one is found: of the run's own days, whose lists brought them
 * and which are no candidates; if there are none, of the days before and behind. Of those it is only known that they were
 * there once, so several are named. Each part is found by the index on the date.
 */
export const controlAppointments = Effect.fnUntraced(function* (
  run: Run,
  days: { readonly from: LocalDate; readonly to: LocalDate }
) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    with stored as (
      select appointment_id as id, date from athena.appointments as appointment
      where practice_id = ${run.practiceId} and gone_at is null and not exists (
        select from athena.candidates as candidate
        where candidate.practice_id = ${run.practiceId} and candidate.appointment_id = appointment.appointment_id
      )
    ),
    own as (select id from stored where date between ${days.from}::date and ${days.to}::date limit 3),
    before as (select id from stored where date < ${days.from}::date order by date desc limit 2),
    behind as (select id from stored where date > ${days.to}::date order by date limit 2)
    select id from own
    union all select id from behind where not exists (select from own)
    union all select id from before where not exists (select from own)`
  return rows.map(({ id }) => AppointmentId.make(id))
})
