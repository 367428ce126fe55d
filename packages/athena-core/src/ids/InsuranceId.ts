import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** An insurance of one patient: a package with a policy. */
export const InsuranceId = OpaqueId.pipe(Schema.brand("InsuranceId"))
export type InsuranceId = typeof InsuranceId.Type
