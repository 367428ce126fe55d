import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** A lab result, which is a document: the same id is used under `documents/labresult`. */
export const LabResultId = OpaqueId.pipe(Schema.brand("LabResultId"))
export type LabResultId = typeof LabResultId.Type
