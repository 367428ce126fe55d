import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * Why an appointment was cancelled. May be negative.
 */
export const CancelReasonId = OpaqueId.pipe(Schema.brand("CancelReasonId"))
export type CancelReasonId = typeof CancelReasonId.Type
