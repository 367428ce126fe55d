import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * A department of one practice. Local to the practice: compare it together with the practice id.
 */
export const DepartmentId = OpaqueId.pipe(Schema.brand("DepartmentId"))
export type DepartmentId = typeof DepartmentId.Type
