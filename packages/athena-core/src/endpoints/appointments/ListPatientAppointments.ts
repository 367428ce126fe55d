import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import { idIn, type RecordKind } from "../RecordKind.ts"
import { type Appointment, appointmentKind } from "./Appointment.ts"

export interface PatientAppointmentsQuery extends ListQuery {
  readonly patientId: PatientId
  /** Appointment dates, both included. */
  readonly from?: LocalDate
  readonly to?: LocalDate
  /** Cancelled ones are hidden by the vendor unless asked for. Default true. */
  readonly showCancelled?: boolean
  /** Those before today are hidden by the vendor unless asked for. Default true. */
  readonly showPast?: boolean
}

/** Rows without the patient's id, which is in the path: each is somebody's appointment all the same. */
const rowKind: RecordKind<Appointment> = {
  ...appointmentKind,
  subjects: (wire) => {
    const appointment = idIn(wire, "appointmentid")
    return {
      patientIds: appointmentKind.subjects(wire).patientIds,
      appointmentIds: appointment === undefined ? [] : [appointment as AppointmentId]
    }
  }
}

/**
 * The appointments of one patient, past and cancelled ones included. Leaner than the booked lists: rows have neither
 * `patientId` nor `lastModifiedAt`, some have no `durationMinutes`.
 */
export const ListPatientAppointments = patientDataList({
  name: "ListPatientAppointments",
  verb: "GET",
  path: "/v1/{practiceid}/patients/{patientid}/appointments",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/patient-appointments#Get-list-of-patient's-appointments",
  evidence: "recorded",
  repeat: "safe",
  phi: appointmentKind.phi,
  auditedParameters: ["startdate", "enddate", "showcancelled", "showpast", "limit", "offset"],
  recordsKey: "appointments",
  kind: rowKind,
  pathOf: (query: PatientAppointmentsQuery) => ({ patientid: query.patientId }),
  asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [] }),
  parameters: (query) => ({
    showcancelled: String(query.showCancelled ?? true),
    showpast: String(query.showPast ?? true),
    showcopay: "false",
    ...(query.from === undefined ? {} : { startdate: vendorDate.print(query.from) }),
    ...(query.to === undefined ? {} : { enddate: vendorDate.print(query.to) })
  })
})
