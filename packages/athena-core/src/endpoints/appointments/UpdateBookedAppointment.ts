import { Effect, Option } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { acknowledged } from "./acknowledged.ts"
import { type AppointmentState, appointmentState, isBooked } from "./appointmentState.ts"

export interface UpdateBookedAppointmentQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
  /** What is left out stays as it is. */
  readonly departmentId?: DepartmentId
  readonly providerId?: ProviderId
  readonly appointmentTypeId?: AppointmentTypeId
}

const fieldsOf = ({ appointmentTypeId, departmentId, providerId }: UpdateBookedAppointmentQuery) => ({
  ...(departmentId === undefined ? {} : { departmentid: departmentId }),
  ...(providerId === undefined ? {} : { providerid: providerId }),
  ...(appointmentTypeId === undefined ? {} : { appointmenttypeid: appointmentTypeId })
})

/** How many of the asked values an appointment has, of how many. */
const agreement = (query: UpdateBookedAppointmentQuery, state: AppointmentState) => {
  const values = [
    [query.departmentId, state.departmentId],
    [query.providerId, state.providerId],
    [query.appointmentTypeId, state.appointmentTypeId]
  ].filter(([asked]) => asked !== undefined)
  return { asked: values.length, same: values.filter(([asked, now]) => asked === now).length }
}

/**
 * Changes the department, provider or type of a booked appointment, under the same id. Sure of the shape: it was recorded.
 * The answer is a bare `1`, and a refusal a bare text with status 200: `RefusedInside`.
 *
 * After a lost answer it happened if the appointment has every value that was asked for, and it did not if it has none.
 */
export const UpdateBookedAppointment = patientDataWrite(
  {
    name: "UpdateBookedAppointment",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/booked/{appointmentid}",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment",
    evidence: "recorded",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: ["departmentid", "providerid", "appointmenttypeid"],
    pathOf: (query: UpdateBookedAppointmentQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: fieldsOf,
    readAnswer: acknowledged
  },
  (query) =>
    Effect.map(
      appointmentState(query),
      Option.match({
        onNone: () => cannotBeTold("the appointment is not there any more"),
        onSome: (state) => {
          const { asked, same } = agreement(query, state)
          if (same === asked) return happened<void>(undefined)
          if (!isBooked(state)) return cannotBeTold("the appointment is not booked any more")
          return same === 0 ? didNotHappen : cannotBeTold("the appointment has some of the values that were asked for")
        }
      })
    )
)
