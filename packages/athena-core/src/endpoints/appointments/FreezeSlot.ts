import { Effect, Option } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"
import { acknowledged } from "./acknowledged.ts"
import { appointmentState } from "./appointmentState.ts"

export interface FreezeSlotQuery extends WriteQuery {
  /** The open slot's. */
  readonly appointmentId: AppointmentId
  /** False: it may be booked again. */
  readonly isFrozen: boolean
}

/**
 * Freezes an open slot, so that nobody can book it, or unfreezes it. The list of open slots hides frozen ones unless
 * `showFrozenSlots`. Sure of the shape: it was recorded. One that is frozen already is refused with status 200:
 * `RefusedInside`.
 *
 * After a lost answer it happened if the slot says so now. Many records do not say whether they are frozen.
 */
export const FreezeSlot = patientDataWrite(
  {
    name: "FreezeSlot",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/{appointmentid}/freeze",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-slot",
    evidence: "recorded",
    repeat: "never",
    action: "U",
    phi: appointmentKind.phi,
    auditedParameters: ["freeze"],
    pathOf: (query: FreezeSlotQuery) => ({ appointmentid: query.appointmentId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: (query) => ({ freeze: String(query.isFrozen) }),
    readAnswer: acknowledged
  },
  (query) =>
    Effect.map(
      appointmentState(query),
      Option.match({
        onNone: () => cannotBeTold("the slot is not there any more"),
        onSome: ({ isFrozen, status }) => {
          if (status !== "o") return cannotBeTold("the appointment is no open slot any more")
          if (isFrozen === undefined) return cannotBeTold("the slot does not say whether it is frozen")
          return isFrozen === query.isFrozen ? happened<void>(undefined) : didNotHappen
        }
      })
    )
)
