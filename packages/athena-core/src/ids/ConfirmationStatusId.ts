import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * Whether and how a patient confirmed an appointment, as a practice has set it up.
 */
export const ConfirmationStatusId = OpaqueId.pipe(Schema.brand("ConfirmationStatusId"))
export type ConfirmationStatusId = typeof ConfirmationStatusId.Type
