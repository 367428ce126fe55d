import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** A claim of one practice. */
export const ClaimId = OpaqueId.pipe(Schema.brand("ClaimId"))
export type ClaimId = typeof ClaimId.Type
