import { Effect, Option } from "effect"
import { cannotBeTold, happened, patientDataWrite } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { acknowledged } from "./acknowledged.ts"
import { appointmentState, isCheckedIn } from "./appointmentState.ts"
import type { CheckInQuery } from "./CheckIn.ts"

/**
 * Says that check-in has begun: the appointment stays booked and gets the time. Sure of the shape: it was recorded.
 *
 * After a lost answer it happened if the appointment has that time, or is checked in by now; whether one without it never
 * had it cannot be told, as not every answer shows it. To say it again does no harm.
 */
export const StartCheckIn = patientDataWrite(
  {
    name: "StartCheckIn",
    verb: "POST",
    path: "/v1/{practiceid}/appointments/{appointmentid}/startcheckin",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-check-in#Start-check-in-process",
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
        onSome: (state) =>
          isCheckedIn(state) || state.checkInStarted !== undefined
            ? happened<void>(undefined)
            : cannotBeTold("the appointment does not show when check-in began")
      })
    )
)
