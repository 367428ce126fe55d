import type { AppointmentId } from "../../ids/AppointmentId.ts"
import { patientDataRecord, type RecordQuery } from "../record.ts"
import { appointmentKind } from "./Appointment.ts"

export interface AppointmentQuery extends RecordQuery {
  readonly appointmentId: AppointmentId
}

/**
 * One appointment by id, open slots (status `o`, no patient) included. Leaner than the lists: `lastModifiedAt` is not in
 * it, so it cannot be ordered by that.
 */
export const GetAppointment = patientDataRecord({
  name: "GetAppointment",
  verb: "GET",
  path: "/v1/{practiceid}/appointments/{appointmentid}",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment#Get-appointment-details",
  evidence: "recorded",
  repeat: "safe",
  phi: appointmentKind.phi,
  auditedParameters: ["showcopay"],
  kind: appointmentKind,
  pathOf: (query: AppointmentQuery) => ({ appointmentid: query.appointmentId }),
  parameters: () => ({ showcopay: "false" }),
  asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] })
})
