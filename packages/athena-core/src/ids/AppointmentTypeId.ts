import { Schema } from "effect"

/**
 * An appointment type of one practice.
 */
export const AppointmentTypeId = Schema.NonEmptyString.pipe(Schema.brand("AppointmentTypeId"))
export type AppointmentTypeId = typeof AppointmentTypeId.Type
