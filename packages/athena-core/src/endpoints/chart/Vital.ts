/**
 * One of a patient's vital signs with all its readings: blood pressure, weight … The readings stay in the sealed `raw`, an
 * array of arrays: systolic, diastolic and posture of one moment belong together.
 */
import { optional, required } from "../../wire/columns.ts"
import { text } from "../../wire/text.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const vitalColumns = {
  /** `BP`, `Wt`, `Ht` … It is what a vital sign is known by: there is no id but of its readings. */
  abbreviation: required("abbreviation", text),
  /** Where it stands on a chart. */
  ordering: optional("ordering", wholeNumber)
}

export interface Vital extends RecordOf<typeof vitalColumns, Record<never, never>> {}

export const vitalKind: RecordKind<Vital> = kindOfColumns({
  name: "vital",
  idKey: "abbreviation",
  phi: { identifying: ["readings", "*"], linked: ["abbreviation", "ordering"], none: [] },
  columns: vitalColumns,
  details: {}
})
