import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** A vaccine in a patient's chart, with a letter for where it comes from. */
export const VaccineId = OpaqueId.pipe(Schema.brand("VaccineId"))
export type VaccineId = typeof VaccineId.Type
