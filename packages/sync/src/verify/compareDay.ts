/**
 * Compares one day as it was read with the day as it is stored; the database compares, and names what differs.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Array as Arr, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { AppointmentRow, columnsOf } from "../appointments/AppointmentRow.ts"
import type { Difference } from "./Difference.ts"

/** Rows of one statement; see `commitWindow`. */
const rowsAtOnce = 100

interface Differing {
  readonly id: string
  readonly isMissing: boolean
  readonly isSameContent: boolean
  readonly columns: ReadonlyArray<string>
}

/** What is stored of these appointments and is not as they are. */
export const compareRecords = Effect.fnUntraced(function* (
  practiceId: PracticeId,
  appointments: ReadonlyArray<Appointment>
) {
  const sql = yield* SqlClient
  const differences: Array<Difference> = []
  for (const some of Arr.chunksOf(appointments, rowsAtOnce)) {
    const columns = columnsOf(some.map((appointment) => new AppointmentRow(appointment)))
    const rows = yield* sql<Differing>`
      select
        read.appointment_id as id, stored.appointment_id is null or stored.gone_at is not null as "isMissing",
        coalesce(encode(stored.content_hash, 'hex') = read.content_hash, false) as "isSameContent",
        array_remove(array[
          case when stored.patient_id is distinct from read.patient_id then 'patient_id' end,
          case when stored.department_id is distinct from read.department_id then 'department_id' end,
          case when stored.provider_id is distinct from read.provider_id then 'provider_id' end,
          case when stored.appointment_type_id is distinct from read.appointment_type_id then 'appointment_type_id' end,
          case when stored.date is distinct from read.date then 'date' end,
          case when stored.start_time is distinct from read.start_time then 'start_time' end,
          case when stored.duration_minutes is distinct from read.duration_minutes then 'duration_minutes' end,
          case when stored.status is distinct from read.status then 'status' end
        ], null) as columns
      from unnest(
        ${columns.appointmentId}::text[], ${columns.patientId}::text[], ${columns.departmentId}::text[],
        ${columns.providerId}::text[], ${columns.appointmentTypeId}::text[], ${columns.date}::date[],
        ${columns.startTime}::time[], ${columns.durationMinutes}::integer[], ${columns.status}::text[],
        ${columns.contentHash}::text[]
      ) as read (
        appointment_id, patient_id, department_id, provider_id, appointment_type_id, date, start_time, duration_minutes,
        status, content_hash
      )
      left join athena.appointments as stored
        on stored.practice_id = ${practiceId} and stored.appointment_id = read.appointment_id
      where stored.appointment_id is null or stored.gone_at is not null
        or encode(stored.content_hash, 'hex') <> read.content_hash
        or stored.status is distinct from read.status or stored.date is distinct from read.date
        or stored.start_time is distinct from read.start_time or stored.patient_id is distinct from read.patient_id
        or stored.department_id is distinct from read.department_id
        or stored.provider_id is distinct from read.provider_id
        or stored.appointment_type_id is distinct from read.appointment_type_id
        or stored.duration_minutes is distinct from read.duration_minutes`.pipe(rideOut("verify.compare"))
    for (const { columns: differing, id, isMissing, isSameContent } of rows) {
      differences.push({
        appointmentId: AppointmentId.make(id),
        kind: isMissing ? "missing" : "different",
        columns: isMissing ? [] : isSameContent ? differing : [...differing, ...(differing.length === 0 ? ["raw"] : [])]
      })
    }
  }
  return differences
})

/** Stored of that day, and not among the ids that its list holds. */
export const notListed = Effect.fnUntraced(function* (
  practiceId: PracticeId,
  date: LocalDate,
  listedIds: ReadonlyArray<string>
) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.appointments
    where practice_id = ${practiceId} and date = ${date}::date and gone_at is null
    except
    select id from unnest(${listedIds}::text[]) as listed (id)`.pipe(rideOut("verify.notListed"))
  return rows.map(({ id }) => AppointmentId.make(id))
})
