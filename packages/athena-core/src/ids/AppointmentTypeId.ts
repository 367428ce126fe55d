import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * An appointment type of one practice.
 */
export const AppointmentTypeId = OpaqueId.pipe(Schema.brand("AppointmentTypeId"))
export type AppointmentTypeId = typeof AppointmentTypeId.Type
