/**
 * An appointment as its table holds it, made as soon as it is read: of the record as sent only its text is kept.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { DateTime } from "effect"
import { contentHash, storableJson } from "../rows/storable.ts"

export interface AppointmentRow extends Omit<Appointment, "raw"> {
  /** The record's JSON. A function, so that printing a row does not print it. */
  readonly json: () => string
  /** Of `json`. */
  readonly hash: string
}

export const rowOf = ({ raw, ...columns }: Appointment): AppointmentRow => {
  const json = storableJson(reveal(raw, "storage"))
  return Object.assign(columns, { json: () => json, hash: contentHash(json) })
}

const stamp = (value: DateTime.Utc | undefined) => (value === undefined ? null : DateTime.toEpochMillis(value))

/**
 * The rows as two texts, which the driver sends as they are; for arrays it would encode every value of every column.
 *
 * - `columns`: a JSON array of objects, named as the statement that takes them names its columns
 * - `raw`: the records' JSON in the same order, one a line, as JSON has no line break in it
 */
export const textsOf = (rows: ReadonlyArray<AppointmentRow>) => ({
  columns: storableJson(
    rows.map((row) => ({
      appointment_id: row.appointmentId,
      patient_id: row.patientId,
      department_id: row.departmentId,
      provider_id: row.providerId,
      appointment_type_id: row.appointmentTypeId,
      date: row.date,
      start_time: row.startTime,
      duration_minutes: row.durationMinutes,
      status: row.status,
      last_modified_ms: stamp(row.lastModifiedAt),
      cancelled_ms: stamp(row.cancelledAt),
      rescheduled_to: row.rescheduledAppointmentId,
      content_hash: row.hash
    }))
  ),
  raw: rows.map(({ json }) => json()).join("\n")
})
