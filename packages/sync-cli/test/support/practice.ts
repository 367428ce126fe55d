/** What happens to a practice between runs, and what is compared with it afterwards. */
import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { Chance } from "@athena-engine/testing/random/Chance"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const practiceId = "195900"

/** Days of June 2019, both included. */
export interface Range {
  readonly from: number
  readonly to: number
}

const twoDigits = (n: number) => String(n).padStart(2, "0")

const june = (day: number) => `2019-06-${twoDigits(day)}`

export const argumentsOf = ({ from, to }: Range) => ["appointments", "--from", june(from), "--to", june(to), "--json"]

/** Every appointment of the range that the practice has, open slots left out, by id. */
export const truth = ({ from, to }: Range) =>
  Simulator.use((simulator) => simulator.snapshot(practiceId)).pipe(
    Effect.map(({ appointments }) =>
      appointments
        .filter(({ date, status }) => status !== "o" && june(from) <= date && date <= june(to))
        // The table has no column of its own for it.
        .map(({ cancelReasonId: _reason, ...facts }) => facts)
    )
  )

export type Facts = Effect.Success<ReturnType<typeof truth>>[number]

/** The same of the table `athena.appointments`, less what is gone. */
export const table = ({ from, to }: Range) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<Facts>`
    select appointment_id as "appointmentId", status, date::text as date, to_char(start_time, 'HH24:MI') as "startTime",
      time_zone as "timeZone", duration_minutes as "durationMinutes", department_id as "departmentId",
      provider_id as "providerId", appointment_type_id as "appointmentTypeId", patient_id as "patientId",
      to_char(last_modified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastModified",
      rescheduled_to as "rescheduledAppointmentId"
    from athena.appointments
    where practice_id = ${practiceId} and gone_at is null and date between ${june(from)}::date and ${june(to)}::date
    order by appointment_id::bigint`
  )

/** Days of which a run of the range does not ask any more, since a run that was not finished has. */
export const finishedDays = Effect.fnUntraced(function* ({ from, to }: Range) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly day: string }>`
    select window_key as day from athena.finished_windows
    where practice_id = ${practiceId} and scope = ${`${june(from)}/${june(to)}`}`
  return new Set(rows.map(({ day }) => day))
})

/** Something that happens to the practice in the range or behind it, anything of what moves, hides, adds or takes away an appointment. */
export const somethingHappens = Effect.fnUntraced(function* ({ below, pick }: Chance, { from, to }: Range) {
  const simulator = yield* Simulator
  const { appointments } = yield* simulator.snapshot(practiceId)
  const inRange = appointments.filter(({ date }) => june(from) <= date && date <= june(to))
  const { appointmentId } = pick(inRange)
  const date = below(12) === 0 ? `2019-07-${twoDigits(1 + below(9))}` : june(from + below(to - from + 1))
  const place = { date, startTime: `${twoDigits(8 + below(9))}:${10 + below(40)}` }
  const patientId = String(30_001 + below(200))
  const mutation = pick<Mutation>([
    { kind: "book", practiceId, patientId, ...place },
    { kind: "book", practiceId, patientId, appointmentId },
    { kind: "openSlot", practiceId, ...place },
    { kind: "move", practiceId, appointmentId, ...place },
    { kind: "cancel", practiceId, appointmentId },
    { kind: "reschedule", practiceId, appointmentId, ...place },
    { kind: "free", practiceId, appointmentId },
    { kind: "delete", practiceId, appointmentId },
    { kind: "touch", practiceId, appointmentId }
  ])
  // What an appointment is in no state for does not happen.
  yield* Effect.ignore(simulator.mutate(mutation))
})
