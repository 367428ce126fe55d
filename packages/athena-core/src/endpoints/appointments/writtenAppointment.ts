import { Predicate } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { WireRecord } from "../../wire/columns.ts"
import { idIn } from "../RecordKind.ts"
import type { WriteAnswer } from "../write.ts"
import { appointmentKind } from "./Appointment.ts"

/**
 * The id of the appointment that was booked. The answer is an array of one, of a record with fewer fields than elsewhere:
 * after rescheduling it has not even a date.
 */
export const appointmentIdIn = (json: unknown): WriteAnswer<AppointmentId> | undefined => {
  const [record]: ReadonlyArray<unknown> = Array.isArray(json) ? json : [json]
  if (!Predicate.isObject(record)) return undefined
  const id = idIn(record as WireRecord, "appointmentid")
  if (id === undefined) return undefined
  return { value: id as AppointmentId, subjects: appointmentKind.subjects(record as WireRecord) }
}
