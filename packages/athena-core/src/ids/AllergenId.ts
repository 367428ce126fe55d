import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** A substance that patients are allergic to. It is the vendor's own, not one patient's. */
export const AllergenId = OpaqueId.pipe(Schema.brand("AllergenId"))
export type AllergenId = typeof AllergenId.Type
