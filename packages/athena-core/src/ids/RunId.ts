import { Schema } from "effect"

/** One execution of a job; it ties rows, log lines and audit events together. */
export const RunId = Schema.NonEmptyString.pipe(Schema.brand("RunId"))
export type RunId = typeof RunId.Type
