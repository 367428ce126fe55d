/**
 * Disputed records: the feed's answer is another than the stored one, and nothing says which of the two is newer, since their
 * requests overlapped, or the answer is a replayed one. A read by id decides, after both.
 */
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AppointmentRow } from "../../appointments/AppointmentRow.ts"
import type { PatientRow } from "../../patients/PatientRow.ts"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"
import type { FeedName, FeedRun } from "../journal.ts"

/**
 * In a step, after the rows were stored: notes those that differ from what is stored by an answer whose request left later.
 * Where both have a stamp of the vendor's and the stamps differ, the later one has won.
 */
export const disputeAppointments = Effect.fnUntraced(function* (
  run: Run,
  rows: ReadonlyArray<AppointmentRow>,
  readAt: string
) {
  const sql = yield* SqlClient
  const column = (read: (row: AppointmentRow) => string | number | null) => arrayLiteral(rows.map(read))
  const modified = column(({ appointment: { lastModifiedAt } }) =>
    lastModifiedAt === undefined ? null : DateTime.toEpochMillis(lastModifiedAt)
  )
  yield* sql`
    insert into athena.disputed_changes (practice_id, feed, record_id)
    select ${run.practiceId}, 'appointments', listed.id
    from unnest(
      ${column(({ appointment }) => appointment.appointmentId)}::text[], ${column(({ hash }) => hash)}::text[],
      ${column(({ appointment }) => appointment.status)}::text[], ${modified}::bigint[]
    ) as listed (id, hash, status, modified_ms)
    join athena.appointments as stored on stored.practice_id = ${run.practiceId} and stored.appointment_id = listed.id
    where stored.read_at > ${readAt}::timestamptz
      and (stored.content_hash <> decode(listed.hash, 'hex') or (stored.gone_at is null) <> (listed.status <> 'o'))
      and not coalesce(
        stored.last_modified_at <> to_timestamp(listed.modified_ms / 1000.0)
          and not athena.is_repeated_hour(stored.last_modified_at)
          and not athena.is_repeated_hour(to_timestamp(listed.modified_ms / 1000.0)),
        false
      )
    on conflict do nothing`
})

/** The same of patients, who have no stamps. */
export const disputePatients = Effect.fnUntraced(function* (run: Run, rows: ReadonlyArray<PatientRow>, readAt: string) {
  const sql = yield* SqlClient
  yield* sql`
    insert into athena.disputed_changes (practice_id, feed, record_id)
    select ${run.practiceId}, 'patients', listed.id
    from unnest(
      ${arrayLiteral(rows.map(({ patient }) => patient.patientId))}::text[],
      ${arrayLiteral(rows.map(({ hash }) => hash))}::text[]
    ) as listed (id, hash)
    join athena.patients as stored on stored.practice_id = ${run.practiceId} and stored.patient_id = listed.id
    where stored.read_at > ${readAt}::timestamptz
      and (stored.content_hash <> decode(listed.hash, 'hex') or stored.gone_at is not null)
    on conflict do nothing`
})

/** Those of a feed, oldest first. */
export const disputes = Effect.fnUntraced(function* ({ feed, run }: FeedRun) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select record_id as id from athena.disputed_changes
    where practice_id = ${run.practiceId} and feed = ${feed} order by noticed_at, record_id`
  return rows.map(({ id }) => id)
})

/** In a step: the record is as it was read. */
export const settleDispute = Effect.fnUntraced(function* (run: Run, feed: FeedName, recordId: string) {
  const sql = yield* SqlClient
  yield* sql`
    delete from athena.disputed_changes
    where practice_id = ${run.practiceId} and feed = ${feed} and record_id = ${recordId}`
})
