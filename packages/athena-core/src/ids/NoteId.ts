import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * A note of one appointment.
 */
export const NoteId = OpaqueId.pipe(Schema.brand("NoteId"))
export type NoteId = typeof NoteId.Type
