/** An appointment as its table holds it. */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import { DateTime } from "effect"
import { arrayLiteral } from "../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../rows/storable.ts"

export class AppointmentRow {
  readonly appointment: Appointment
  /** Of its JSON. */
  readonly hash: string
  readonly #json: string

  constructor(appointment: Appointment) {
    this.appointment = appointment
    this.#json = storableRecord(appointment.raw)
    this.hash = contentHash(this.#json)
  }

  /** The record's JSON: not a field, so that printing a row does not print it. */
  static readonly jsonOf = (row: AppointmentRow): string => row.#json
}

const millis = (value: DateTime.Utc | undefined) => (value === undefined ? null : DateTime.toEpochMillis(value))

/** The rows as one array a column, in the order of the statement that takes them. */
export const columnsOf = (rows: ReadonlyArray<AppointmentRow>) => {
  const column = (read: (appointment: Appointment) => string | number | null | undefined) =>
    arrayLiteral(rows.map(({ appointment }) => read(appointment)))
  return {
    appointmentId: column((one) => one.appointmentId),
    patientId: column((one) => one.patientId),
    departmentId: column((one) => one.departmentId),
    providerId: column((one) => one.providerId),
    appointmentTypeId: column((one) => one.appointmentTypeId),
    date: column((one) => one.date),
    startTime: column((one) => one.startTime),
    durationMinutes: column((one) => one.durationMinutes),
    status: column((one) => one.status),
    lastModifiedMillis: column((one) => millis(one.lastModifiedAt)),
    cancelledMillis: column((one) => millis(one.cancelledAt)),
    rescheduledTo: column((one) => one.rescheduledAppointmentId),
    contentHash: arrayLiteral(rows.map(({ hash }) => hash)),
    raw: rows.map(AppointmentRow.jsonOf)
  }
}
