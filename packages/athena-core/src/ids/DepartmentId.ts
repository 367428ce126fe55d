import { Schema } from "effect"

/**
 * A department of one practice. Local to the practice: compare it together with the practice id.
 */
export const DepartmentId = Schema.NonEmptyString.pipe(Schema.brand("DepartmentId"))
export type DepartmentId = typeof DepartmentId.Type
