import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** An entry on a patient's medication list, with a letter for where it comes from: `H228145`. */
export const MedicationEntryId = OpaqueId.pipe(Schema.brand("MedicationEntryId"))
export type MedicationEntryId = typeof MedicationEntryId.Type
