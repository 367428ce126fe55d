import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** An encounter in the chart of a patient. An appointment has one once the patient has checked in. */
export const EncounterId = OpaqueId.pipe(Schema.brand("EncounterId"))
export type EncounterId = typeof EncounterId.Type
