import { Array as Arr, Effect } from "effect"
import type { Written } from "../rows/Written.ts"
import type { Run } from "../runs/Runs.ts"
import type { AppointmentRow } from "./AppointmentRow.ts"
import { type Source, upsert } from "./sql/upsert.ts"

/**
 * Rows of one statement. The driver makes room for three times a text's length, in a block of its own if that is much;
 * such blocks cost more to get than what is written into them.
 */
const rowsAtOnce = 100

/** In a transaction: stores rows in the order that they come in; answers how many were written. */
export const storeRows = Effect.fnUntraced(function* (
  run: Run,
  rows: ReadonlyArray<AppointmentRow>,
  readAt: string,
  source: Source
) {
  let written: Written = { inserted: 0, updated: 0 }
  for (const some of Arr.chunksOf(rows, rowsAtOnce)) {
    const { inserted, updated } = yield* upsert(run, some, readAt, source)
    written = { inserted: written.inserted + inserted, updated: written.updated + updated }
  }
  return written
})
