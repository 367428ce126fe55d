import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * An appointment, which is a slot of the schedule: booking keeps the slot's id, rescheduling moves to another one.
 */
export const AppointmentId = OpaqueId.pipe(Schema.brand("AppointmentId"))
export type AppointmentId = typeof AppointmentId.Type
