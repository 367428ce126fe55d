import { Effect, Option } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { acknowledged } from "./acknowledged.ts"
import { appointmentState, isBooked, isCheckedIn } from "./appointmentState.ts"

export interface CheckInQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
}

/**
 * Checks a patient in: the appointment becomes `2`. Sure of the shape: it was recorded.
 *
 * After a lost answer it happened if the appointment is checked in now, or further.
 */
export const CheckIn = patientDataWrite(
  {
    name: "CheckIn",
    verb: "POST",
    path: "/v1/{practiceid}/appointments/{appointmentid}/checkin",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-check-in#Complete-check-in-process",
    evidence: "recorded",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: [],
    pathOf: (query: CheckInQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: () => ({}),
    readAnswer: acknowledged
  },
  (query) =>
    Effect.map(
      appointmentState(query),
      Option.match({
        onNone: () => cannotBeTold("the appointment is not there any more"),
        onSome: (state) => {
          if (isCheckedIn(state)) return happened<void>(undefined)
          return isBooked(state) ? didNotHappen : cannotBeTold("the appointment is not booked any more")
        }
      })
    )
)
