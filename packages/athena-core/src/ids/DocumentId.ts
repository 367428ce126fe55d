import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** A document of one practice: an order, a prescription, a patient case, a result. */
export const DocumentId = OpaqueId.pipe(Schema.brand("DocumentId"))
export type DocumentId = typeof DocumentId.Type
