/**
 * An appointment as its table holds it.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { DateTime } from "effect"
import { column } from "../rows/column.ts"
import { contentHash, storableJson, storableText } from "../rows/storable.ts"

export interface AppointmentRow {
  readonly appointment: Appointment
  readonly json: string
  readonly hash: Uint8Array
}

export const rowOf = (appointment: Appointment): AppointmentRow => {
  const json = storableJson(reveal(appointment.raw, "storage"))
  return { appointment, json, hash: contentHash(json) }
}

const stamp = (value: DateTime.Utc | undefined) => (value === undefined ? null : DateTime.formatIso(value))

/** The rows as one array a column, in the order of the statements that take them. */
export const columnsOf = (rows: ReadonlyArray<AppointmentRow>) => ({
  appointmentId: rows.map(({ appointment }) => appointment.appointmentId),
  patientId: column(rows.map(({ appointment }) => appointment.patientId ?? null)),
  departmentId: rows.map(({ appointment }) => appointment.departmentId),
  providerId: column(rows.map(({ appointment }) => appointment.providerId ?? null)),
  appointmentTypeId: column(rows.map(({ appointment }) => appointment.appointmentTypeId ?? null)),
  date: rows.map(({ appointment }) => appointment.date),
  startTime: rows.map(({ appointment }) => appointment.startTime),
  durationMinutes: column(rows.map(({ appointment }) => appointment.durationMinutes ?? null)),
  status: rows.map(({ appointment }) => storableText(appointment.status)),
  lastModifiedAt: column(rows.map(({ appointment }) => stamp(appointment.lastModifiedAt))),
  cancelledAt: column(rows.map(({ appointment }) => stamp(appointment.cancelledAt))),
  rescheduledTo: column(rows.map(({ appointment }) => appointment.rescheduledAppointmentId ?? null)),
  raw: rows.map(({ json }) => json),
  contentHash: rows.map(({ hash }) => hash)
})
