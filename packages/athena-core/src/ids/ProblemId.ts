import { Schema } from "effect"
import { OpaqueId } from "./OpaqueId.ts"

/** A problem on a patient's problem list. */
export const ProblemId = OpaqueId.pipe(Schema.brand("ProblemId"))
export type ProblemId = typeof ProblemId.Type
