import { Effect, Option, type Redacted } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { CancelReasonId } from "../../ids/CancelReasonId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { ReasonId } from "../../ids/ReasonId.ts"
import { reveal } from "../../phi/reveal.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { type AppointmentState, appointmentState, isBooked } from "./appointmentState.ts"
import { appointmentIdIn } from "./writtenAppointment.ts"

export interface RescheduleAppointmentQuery extends WriteQuery {
  /** The appointment that is given up. */
  readonly appointmentId: AppointmentId
  /** The open slot that takes its place. */
  readonly newAppointmentId: AppointmentId
  readonly patientId: PatientId
  /** What the new one is for; the same as the old one when absent. */
  readonly reasonId?: ReasonId
  /** Why the old one is cancelled. */
  readonly cancelReasonId?: CancelReasonId
  /** Why, in words. */
  readonly explanation?: Redacted.Redacted
  readonly noPatientCase?: boolean
  readonly ignoreSchedulablePermission?: boolean
}

/** What both appointments together say. */
const judge = (query: RescheduleAppointmentQuery, old: AppointmentState, next: AppointmentState | undefined) => {
  const isMoved = next !== undefined && isBooked(next) && next.patientId === query.patientId
  if (old.rescheduledAppointmentId === query.newAppointmentId) return happened(query.newAppointmentId)
  if (old.status === "x") {
    return isMoved
      ? happened(query.newAppointmentId)
      : cannotBeTold("the old appointment is cancelled, the new not booked")
  }
  return isMoved ? cannotBeTold("both appointments are booked") : didNotHappen
}

/**
 * Moves a patient to another slot. **The id changes**: the old appointment becomes `x` and, not always, names the new
 * one, whose id is the value. `Conflict` when the slot was booked meanwhile. Sure of the shape: it was recorded.
 *
 * After a lost answer both appointments are read: it happened if the old one is cancelled and the new one is this
 * patient's.
 */
export const RescheduleAppointment = patientDataWrite(
  {
    name: "RescheduleAppointment",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/{appointmentid}/reschedule",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment#Reschedule-appointment",
    evidence: "recorded",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: ["reasonid", "appointmentcancelreasonid", "nopatientcase", "ignoreschedulablepermission"],
    pathOf: (query: RescheduleAppointmentQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({
      patientIds: [query.patientId],
      appointmentIds: [query.appointmentId, query.newAppointmentId]
    }),
    form: (query) => ({
      newappointmentid: query.newAppointmentId,
      patientid: query.patientId,
      ...(query.reasonId === undefined ? {} : { reasonid: query.reasonId }),
      ...(query.cancelReasonId === undefined ? {} : { appointmentcancelreasonid: query.cancelReasonId }),
      ...(query.explanation === undefined ? {} : { reschedulereason: reveal(query.explanation, "request") }),
      ...(query.noPatientCase === undefined ? {} : { nopatientcase: String(query.noPatientCase) }),
      ...(query.ignoreSchedulablePermission === undefined
        ? {}
        : { ignoreschedulablepermission: String(query.ignoreSchedulablePermission) })
    }),
    readAnswer: appointmentIdIn
  },
  Effect.fnUntraced(function* (query) {
    const old = yield* appointmentState(query)
    if (Option.isNone(old)) return cannotBeTold("the old appointment is not there any more")
    const next = yield* appointmentState({ practiceId: query.practiceId, appointmentId: query.newAppointmentId })
    return judge(query, old.value, Option.getOrUndefined(next))
  })
)
