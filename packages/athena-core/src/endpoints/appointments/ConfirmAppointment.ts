import { Effect, Option } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { ConfirmationStatusId } from "../../ids/ConfirmationStatusId.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { acknowledged } from "./acknowledged.ts"
import { appointmentState } from "./appointmentState.ts"

export interface ConfirmAppointmentQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
  /** One of the practice's confirmation statuses. */
  readonly confirmationStatusId: ConfirmationStatusId
}

/**
 * Says how a patient confirmed an appointment. Path and parameter are documented; that its answer is like its neighbours'
 * is inferred, and one of another shape is `OutcomeUnknown`.
 *
 * After a lost answer it happened if the appointment has that confirmation status now.
 */
export const ConfirmAppointment = patientDataWrite(
  {
    name: "ConfirmAppointment",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/{appointmentid}/confirmationstatus",
    vendorPage:
      "https://docs.athenahealth.com/api/api-ref/appointment-confirmation-status#Update-appointment's-confirmation-status",
    evidence: "inferred",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: ["appointmentconfirmationid"],
    pathOf: (query: ConfirmAppointmentQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: (query) => ({ appointmentconfirmationid: query.confirmationStatusId }),
    readAnswer: acknowledged
  },
  (query) =>
    Effect.map(
      appointmentState(query),
      Option.match({
        onNone: () => cannotBeTold("the appointment is not there any more"),
        onSome: ({ confirmationStatusId }) => {
          if (confirmationStatusId === undefined) return cannotBeTold("the appointment shows no confirmation status")
          return confirmationStatusId === query.confirmationStatusId ? happened<void>(undefined) : didNotHappen
        }
      })
    )
)
