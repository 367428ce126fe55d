/**
 * Candidates: appointments that the list of their day no longer holds. They may have moved, been cancelled in a way that
 * hides them, been freed, or be gone; being left out of a list proves none of it, so a read by id decides.
 */
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"

/**
 * In the window's transaction: notes whom the list left out, and strikes off whom it holds. Said with
 * "except", which costs no more than its rows whatever the database believes of a table's size.
 */
export const noteCandidates = Effect.fnUntraced(function* (
  run: Run,
  date: LocalDate,
  listedIds: ReadonlyArray<string>
) {
  const sql = yield* SqlClient
  const listed = arrayLiteral(listedIds)
  yield* sql`
    delete from athena.candidates using unnest(${listed}::text[]) as listed (id)
    where practice_id = ${run.practiceId} and appointment_id = listed.id`
  yield* sql`
    insert into athena.candidates (practice_id, appointment_id, date)
    select ${run.practiceId}, missing.id, ${date}::date
    from (
      select appointment_id from athena.appointments
      where practice_id = ${run.practiceId} and date = ${date}::date and gone_at is null
      except
      select id from unnest(${listed}::text[]) as listed (id)
    ) as missing (id)
    on conflict (practice_id, appointment_id) do update set date = excluded.date`
})

/** Candidates that still are: a window read later may have found the appointment at another day. */
export const openCandidates = Effect.fnUntraced(function* (
  run: Run,
  days: { readonly from: LocalDate; readonly to: LocalDate }
) {
  const sql = yield* SqlClient
  yield* sql`
    delete from athena.candidates as candidate using athena.appointments as appointment
    where candidate.practice_id = ${run.practiceId}
      and appointment.practice_id = candidate.practice_id and appointment.appointment_id = candidate.appointment_id
      and (appointment.date <> candidate.date or appointment.gone_at is not null)`
  const rows = yield* sql<{ readonly id: string }>`
    select appointment_id as id from athena.candidates
    where practice_id = ${run.practiceId} and date between ${days.from}::date and ${days.to}::date
    order by appointment_id`
  return rows.map((row) => AppointmentId.make(row.id))
})

export const settleCandidate = Effect.fnUntraced(function* (run: Run, id: AppointmentId) {
  const sql = yield* SqlClient
  yield* sql`delete from athena.candidates where practice_id = ${run.practiceId} and appointment_id = ${id}`
})

/** Whether the candidate has been settled: only settling takes it away while candidates are read. */
export const isSettled = Effect.fnUntraced(function* (run: Run, id: AppointmentId) {
  const sql = yield* SqlClient
  const rows = yield* sql`
    select from athena.candidates where practice_id = ${run.practiceId} and appointment_id = ${id}`
  return rows.length === 0
})
