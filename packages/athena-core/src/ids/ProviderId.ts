import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/**
 * A provider of one practice. One person can own several; machines are providers too.
 */
export const ProviderId = OpaqueId.pipe(Schema.brand("ProviderId"))
export type ProviderId = typeof ProviderId.Type
