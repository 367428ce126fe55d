import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * A patient of one practice. In enterprise practices the enterprise id; local ids per provider group exist beside it.
 */
export const PatientId = OpaqueId.pipe(Schema.brand("PatientId"))
export type PatientId = typeof PatientId.Type
