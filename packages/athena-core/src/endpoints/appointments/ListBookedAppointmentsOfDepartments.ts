import type { DepartmentId } from "../../ids/DepartmentId.ts"
import { patientDataList } from "../list.ts"
import { appointmentKind } from "./Appointment.ts"
import { type BookedAppointmentsQuery, bookedAudited, bookedParameters } from "./ListBookedAppointments.ts"

export interface BookedAppointmentsOfDepartmentsQuery extends Omit<BookedAppointmentsQuery, "departmentId"> {
  /** At least one. Some hundred make a long URL: split at about 2,000 characters. */
  readonly departmentIds: ReadonlyArray<DepartmentId>
}

/** Booked appointments of several departments at once: what a whole practice is read with. */
export const ListBookedAppointmentsOfDepartments = patientDataList({
  name: "ListBookedAppointmentsOfDepartments",
  verb: "GET",
  path: "/v1/{practiceid}/appointments/booked/multipledepartment",
  vendorPage:
    "https://docs.athenahealth.com/api/api-ref/appointment#Get-list-of-booked-appointments-from-multiple-departments",
  evidence: "recorded",
  repeat: "safe",
  phi: appointmentKind.phi,
  auditedParameters: bookedAudited,
  recordsKey: "appointments",
  kind: appointmentKind,
  parameters: (query: BookedAppointmentsOfDepartmentsQuery) => ({
    ...bookedParameters(query),
    departmentid: query.departmentIds.join(",")
  })
})
