import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Array as Arr } from "effect"

/** Patients of one transaction. */
const handful = 50

/** The windows of a run of patients. */
export const handfulsOf = (ids: ReadonlyArray<PatientId>): ReadonlyArray<ReadonlyArray<PatientId>> =>
  Arr.chunksOf(ids, handful)

/** A handful is named by its first and last id, so that it is known again only if nobody came between them. */
export const keyOf = (ids: ReadonlyArray<PatientId>): string => `${ids[0]}..${ids.at(-1)} (${ids.length})`
