import { Effect, Option, type Redacted } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { ReasonId } from "../../ids/ReasonId.ts"
import { reveal } from "../../phi/reveal.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { appointmentState, isBooked } from "./appointmentState.ts"
import { appointmentIdIn } from "./writtenAppointment.ts"

/** What an appointment is booked for: a reason over the web, a type by staff and kiosks. One of them the vendor needs. */
export type BookedFor = { readonly reasonId: ReasonId } | { readonly appointmentTypeId: AppointmentTypeId }

export interface BookAppointmentQuery extends WriteQuery {
  /** The open slot, whose id the appointment keeps. */
  readonly appointmentId: AppointmentId
  readonly patientId: PatientId
  readonly for: BookedFor
  readonly departmentId?: DepartmentId
  /** What the patient says about why. */
  readonly note?: Redacted.Redacted
  readonly isUrgent?: boolean
  /** No patient case in the practice's inbox, which booking for a new patient makes otherwise. */
  readonly noPatientCase?: boolean
  /** No confirmation e-mail by the practice: for those who send one of their own. */
  readonly noConfirmationEmail?: boolean
  /** Slots that are not open to the API as well. */
  readonly ignoreSchedulablePermission?: boolean
}

/**
 * Books an open slot for a patient. `Conflict` when it was booked meanwhile, or is not open to the API: read the slots
 * again. The value is the appointment's id. Sure of the shape: it was recorded.
 *
 * After a lost answer it happened if the slot is now this patient's, and not if it is still open or somebody else's.
 */
export const BookAppointment = patientDataWrite(
  {
    name: "BookAppointment",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/{appointmentid}",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment#Book-appointment",
    evidence: "recorded",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: [
      "reasonid",
      "appointmenttypeid",
      "departmentid",
      "urgentyn",
      "nopatientcase",
      "ignoreschedulablepermission"
    ],
    pathOf: (query: BookAppointmentQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [query.appointmentId] }),
    form: (query) => ({
      patientid: query.patientId,
      ...("reasonId" in query.for
        ? { reasonid: query.for.reasonId }
        : { appointmenttypeid: query.for.appointmentTypeId }),
      ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
      ...(query.note === undefined ? {} : { bookingnote: reveal(query.note, "request") }),
      ...(query.isUrgent === undefined ? {} : { urgentyn: String(query.isUrgent) }),
      ...(query.noPatientCase === undefined ? {} : { nopatientcase: String(query.noPatientCase) }),
      ...(query.noConfirmationEmail === undefined
        ? {}
        : { donotsendconfirmationemail: String(query.noConfirmationEmail) }),
      ...(query.ignoreSchedulablePermission === undefined
        ? {}
        : { ignoreschedulablepermission: String(query.ignoreSchedulablePermission) })
    }),
    readAnswer: appointmentIdIn
  },
  (query) =>
    Effect.map(
      appointmentState(query),
      Option.match({
        onNone: () => cannotBeTold("the slot is not there any more"),
        onSome: (state) => {
          if (isBooked(state)) return state.patientId === query.patientId ? happened(state.appointmentId) : didNotHappen
          return state.status === "o" ? didNotHappen : cannotBeTold("the slot was booked and cancelled")
        }
      })
    )
)
