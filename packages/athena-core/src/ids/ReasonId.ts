import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * A reason that patients may book an appointment for, as a practice has set them up. Not an appointment type.
 */
export const ReasonId = OpaqueId.pipe(Schema.brand("ReasonId"))
export type ReasonId = typeof ReasonId.Type
