import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { appointmentKind } from "./Appointment.ts"

export interface ChangedAppointmentsQuery extends ListQuery {
  /** Only changes of these departments. The vendor asks that they match the subscription's. */
  readonly departmentIds?: ReadonlyArray<DepartmentId>
  readonly providerIds?: ReadonlyArray<ProviderId>
  readonly patientIds?: ReadonlyArray<PatientId>
}

const joined = (name: string, ids: ReadonlyArray<string> | undefined): Record<string, string> =>
  ids === undefined || ids.length === 0 ? {} : { [name]: ids.join(",") }

/**
 * Appointments that changed, as they are now: booked, moved, checked in, cancelled (`x`) and freed ones. An open slot
 * (`o`) has no patient and no `lastModifiedAt`: it is new, or whoever had it has it no longer.
 *
 * The shape was recorded. The app and the practice share one queue: two readers take from each other.
 */
export const ChangedAppointments = patientDataFeed({
  name: "ChangedAppointments",
  verb: "GET",
  path: "/v1/{practiceid}/appointments/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment#Get-list-of-changes-in-appointment-slots",
  evidence: "recorded",
  repeat: "consumes",
  phi: appointmentKind.phi,
  auditedParameters: ["departmentid", "providerid"],
  recordsKey: "appointments",
  kind: appointmentKind,
  parameters: (query: ChangedAppointmentsQuery) => ({
    showcopay: "false",
    ...joined("departmentid", query.departmentIds),
    ...joined("providerid", query.providerIds),
    ...joined("patientid", query.patientIds)
  }),
  asked: (query) => ({ patientIds: query.patientIds ?? [], appointmentIds: [] })
})

/**
 * The subscription that `ChangedAppointments` needs. By default: ScheduleAppointment, CheckIn, CheckOut,
 * UpdateAppointment, CancelAppointment, FreezeAppointment, UnfreezeAppointment, DeleteAppointment, AddAppointmentSlot.
 */
export const ChangedAppointmentsSubscription = feedSubscription({
  name: "ChangedAppointments",
  path: "/v1/{practiceid}/appointments/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "recorded"
})
