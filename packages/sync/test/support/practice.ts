/** What tests do to a practice, and what they compare. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { AppointmentTruth } from "@athena-engine/simulator/snapshot/Snapshot"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { syncAppointments } from "../../src/appointments/SyncAppointments.ts"
import { syncPatients } from "../../src/patients/SyncPatients.ts"

export const practiceId = PracticeId.make("195900")

/** Dates of June 2019, both included; the days that tests need and no more. */
export interface Range {
  readonly from: string
  readonly to: string
}
export const june: Range = { from: "2019-06-01", to: "2019-06-30" }

let runs = 0
/** Unlike those of other processes, which may run on the same database. */
export const newRunId = () => RunId.make(`run-${process.pid}-${++runs}`)

export const appointments = (range: Range, practice: PracticeId = practiceId, runId = newRunId()) =>
  syncAppointments({
    runId,
    practiceId: practice,
    from: LocalDate.make(range.from),
    to: LocalDate.make(range.to),
    holder: "the test"
  })

export const patients = (practice: PracticeId = practiceId, runId = newRunId()) =>
  syncPatients({ runId, practiceId: practice, holder: "the test" })

/** Those of an appointment on that day or later. */
export const patientsSince = (since: string) =>
  syncPatients({ runId: newRunId(), practiceId, holder: "the test", since: LocalDate.make(since) })

type Without<M> = M extends unknown ? Omit<M, "practiceId"> : never

/** Makes something happen in practice 195900; answers the appointment it left behind. */
export const happens = (mutation: Without<Mutation>) =>
  Simulator.use((simulator) => simulator.mutate({ ...mutation, practiceId } as Mutation)).pipe(
    Effect.map((result) => result.appointmentId ?? result.patientId ?? "")
  )

/** The columns of an appointment that the simulator knows the truth of. */
export interface AppointmentFacts {
  readonly appointmentId: string
  readonly status: string
  readonly date: string
  readonly startTime: string
  readonly timeZone: string | null
  readonly durationMinutes: number | null
  readonly departmentId: string
  readonly providerId: string | null
  readonly appointmentTypeId: string | null
  readonly patientId: string | null
  readonly lastModified: string | null
  readonly rescheduledAppointmentId: string | null
}

const isIn = (range: Range) => (date: string) => range.from <= date && date <= range.to

const factsOf = ({ cancelReasonId: _reason, ...facts }: AppointmentTruth): AppointmentFacts => facts

/** What the practice really holds in the range: booked and cancelled ones, no open slots. */
export const truth = (range: Range, practice: PracticeId = practiceId) =>
  Simulator.use((simulator) => simulator.snapshot(practice)).pipe(
    Effect.map(({ appointments: all }) =>
      all.filter(({ date, status }) => status !== "o" && isIn(range)(date)).map(factsOf)
    )
  )

/** What the table holds in the range, less what is gone, in the order of the truth. */
export const table = Effect.fnUntraced(function* (range: Range, practice: PracticeId = practiceId) {
  const sql = yield* SqlClient
  return yield* sql<AppointmentFacts>`
    select appointment_id as "appointmentId", status, date::text as date, to_char(start_time, 'HH24:MI') as "startTime",
      time_zone as "timeZone", duration_minutes as "durationMinutes", department_id as "departmentId",
      provider_id as "providerId", appointment_type_id as "appointmentTypeId", patient_id as "patientId",
      to_char(last_modified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastModified",
      rescheduled_to as "rescheduledAppointmentId"
    from athena.appointments
    where practice_id = ${practice} and gone_at is null and date between ${range.from}::date and ${range.to}::date
    order by appointment_id::bigint`
})

/** The table equals the practice. */
export const assertExact = Effect.fnUntraced(function* (range: Range, practice: PracticeId = practiceId) {
  const expected = yield* truth(range, practice)
  assert.isAbove(expected.length, 0)
  assert.deepStrictEqual(yield* table(range, practice), expected)
})

export interface Stored {
  readonly status: string
  readonly date: string
  readonly patientId: string | null
  readonly isGone: boolean
  readonly rescheduledTo: string | null
  readonly rescheduledFrom: string | null
}

/** One appointment as it is stored; fails the test when it is not. */
export const stored = Effect.fnUntraced(function* (appointmentId: string) {
  const sql = yield* SqlClient
  const rows = yield* sql<Stored>`
    select status, date::text as date, patient_id as "patientId", gone_at is not null as "isGone",
      rescheduled_to as "rescheduledTo", rescheduled_from as "rescheduledFrom"
    from athena.appointments where practice_id = ${practiceId} and appointment_id = ${appointmentId}`
  const [row] = rows
  assert.isDefined(row)
  return row as Stored
})

/** Appointments that are marked as gone. */
export const goneIds = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.appointments where practice_id = ${practiceId} and gone_at is not null`
  return rows.map(({ id }) => id)
})

/** What stored appointments say of reschedules; `successorNames` is what the one that took the place says, if it is stored. */
export interface Links {
  readonly id: string
  readonly rescheduledFrom: string | null
  readonly rescheduledTo: string | null
  readonly successorNames?: string | null
}

export const links = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<Omit<Links, "successorNames">>`
    select appointment_id as id, rescheduled_from as "rescheduledFrom", rescheduled_to as "rescheduledTo"
    from athena.appointments where practice_id = ${practiceId}`
  const stored = new Map(rows.map((row) => [row.id, row.rescheduledFrom]))
  return rows.map((row): Links => {
    const successorNames = row.rescheduledTo === null ? undefined : stored.get(row.rescheduledTo)
    return { ...row, ...(successorNames === undefined ? {} : { successorNames }) }
  })
})

/** Something that changes whenever a row is written: every row version of both tables. */
export const rowVersions = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly text: string }>`
    select concat_ws(' ', practice_id, appointment_id, xmin, ctid, synced_at) as text from athena.appointments
    union all select concat_ws(' ', practice_id, patient_id, xmin, ctid, synced_at) from athena.patients
    order by 1`
  return rows.map(({ text }) => text)
})

/** A number out of the database. */
export const count = Effect.fnUntraced(function* (query: string) {
  const sql = yield* SqlClient
  const rows = yield* sql.unsafe<{ readonly n: number }>(`select (${query})::int as n`)
  return rows[0]?.n ?? Number.NaN
})

/** Booked appointments of a day, as the practice has them. */
export const bookedOn = (date: string) =>
  Effect.map(truth({ from: date, to: date }), (rows) => rows.filter(({ status }) => status === "f" || status === "4"))

/** Ids of so many booked appointments of a day. */
export const someOn = Effect.fnUntraced(function* (date: string, howMany: number) {
  const ids = (yield* bookedOn(date)).map(({ appointmentId }) => appointmentId)
  assert.isAtLeast(ids.length, howMany)
  return ids.slice(0, howMany)
})

/** Requests that the simulator saw for one route of practice 195900. */
export const requestsOf = (route: string) =>
  Simulator.use((simulator) => simulator.statistics).pipe(
    Effect.map((statistics) => statistics.practices[practiceId]?.routes[route] ?? 0)
  )
