import { Effect, Option, Predicate, type Redacted } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { CancelReasonId } from "../../ids/CancelReasonId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { reveal } from "../../phi/reveal.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { appointmentState } from "./appointmentState.ts"

export interface CancelAppointmentQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
  readonly patientId: PatientId
  /** One of `ListCancelReasons`; the practice's default when absent. */
  readonly cancelReasonId?: CancelReasonId
  /** Why, in words. */
  readonly explanation?: Redacted.Redacted
  /** No patient case in the practice's inbox, which cancelling makes otherwise. */
  readonly noPatientCase?: boolean
  readonly ignoreSchedulablePermission?: boolean
}

/** `{"status":"x"}` */
const saysCancelled = (json: unknown) =>
  Predicate.hasProperty(json, "status") && json.status === "x" ? { value: undefined } : undefined

/**
 * Cancels an appointment: it keeps its id and becomes `x`. Sure of the shape: it was recorded.
 *
 * After a lost answer it happened if the appointment is cancelled now, whoever did it.
 */
export const CancelAppointment = patientDataWrite(
  {
    name: "CancelAppointment",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/{appointmentid}/cancel",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment#Cancel-appointment",
    evidence: "recorded",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: ["appointmentcancelreasonid", "nopatientcase", "ignoreschedulablepermission"],
    pathOf: (query: CancelAppointmentQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [query.appointmentId] }),
    form: (query) => ({
      patientid: query.patientId,
      ...(query.cancelReasonId === undefined ? {} : { appointmentcancelreasonid: query.cancelReasonId }),
      ...(query.explanation === undefined ? {} : { cancellationreason: reveal(query.explanation, "request") }),
      ...(query.noPatientCase === undefined ? {} : { nopatientcase: String(query.noPatientCase) }),
      ...(query.ignoreSchedulablePermission === undefined
        ? {}
        : { ignoreschedulablepermission: String(query.ignoreSchedulablePermission) })
    }),
    readAnswer: saysCancelled
  },
  (query) =>
    Effect.map(
      appointmentState(query),
      Option.match({
        onNone: () => cannotBeTold("the appointment is not there any more"),
        onSome: (state) => {
          if (state.status === "x") return happened<void>(undefined)
          if (state.patientId === query.patientId) return didNotHappen
          return cannotBeTold("the appointment is not this patient's any more")
        }
      })
    )
)
