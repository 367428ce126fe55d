import { Schema } from "effect"

/**
 * A patient of one practice. In enterprise practices the enterprise id; local ids per provider group exist beside it.
 */
export const PatientId = Schema.NonEmptyString.pipe(Schema.brand("PatientId"))
export type PatientId = typeof PatientId.Type
