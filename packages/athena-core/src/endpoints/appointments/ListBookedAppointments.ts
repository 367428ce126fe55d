import type { DateTime } from "effect"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"
import { stampAtOrBefore } from "../../time/unambiguousStamp.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import { appointmentKind } from "./Appointment.ts"

export interface BookedAppointmentsQuery extends ListQuery {
  /** Appointment dates, both included. */
  readonly from: LocalDate
  readonly to: LocalDate
  /** One department; all that the app may see when absent. */
  readonly departmentId?: DepartmentId
  /** Only those modified at or after; narrows within the dates, never beyond them. */
  readonly modifiedSince?: DateTime.Utc
  /** Cancelled ones are hidden by the vendor unless asked for. Default true. */
  readonly showCancelled?: boolean
}

/** The parameters that both booked lists share. Copays are left out: they cost the vendor time and nobody stores them. */
export const bookedParameters = (query: Omit<BookedAppointmentsQuery, "departmentId">): Record<string, string> => ({
  startdate: vendorDate.print(query.from),
  enddate: vendorDate.print(query.to),
  showcancelled: String(query.showCancelled ?? true),
  showcopay: "false",
  ...(query.modifiedSince === undefined ? {} : { startlastmodified: stampAtOrBefore(query.modifiedSince) })
})

export const bookedAudited = [
  "startdate",
  "enddate",
  "showcancelled",
  "startlastmodified",
  "departmentid",
  "limit",
  "offset"
]

/**
 * Booked appointments of a date range, cancelled ones included. The list has no order and moves while it is read: keep
 * the range narrow and collapse duplicates by id (see `sync`'s walk).
 */
export const ListBookedAppointments = patientDataList({
  name: "ListBookedAppointments",
  verb: "GET",
  path: "/v1/{practiceid}/appointments/booked",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment#Get-list-of-booked-appointments",
  evidence: "recorded",
  repeat: "safe",
  phi: appointmentKind.phi,
  auditedParameters: bookedAudited,
  recordsKey: "appointments",
  kind: appointmentKind,
  parameters: (query: BookedAppointmentsQuery) => ({
    ...bookedParameters(query),
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId })
  })
})
