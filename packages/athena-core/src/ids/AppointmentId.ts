import { Schema } from "effect"

/**
 * An appointment, which is a slot of the schedule: booking keeps the slot's id, rescheduling moves to another one.
 */
export const AppointmentId = Schema.NonEmptyString.pipe(Schema.brand("AppointmentId"))
export type AppointmentId = typeof AppointmentId.Type
