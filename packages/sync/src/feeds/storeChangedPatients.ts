/**
 * Stores changed patients by the rules of the reads by id. A patient who was deleted or merged is one whose `status` is
 * `deleted`, and stays; the one they were merged into names them, and is linked to them with the row.
 */
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import { Effect } from "effect"
import { rowOf } from "../patients/PatientRow.ts"
import { countMerged } from "../patients/sql/countMerged.ts"
import { knownHashes } from "../patients/sql/knownPatients.ts"
import { upsert } from "../patients/sql/upsert.ts"
import { release, setAside } from "../quarantine/quarantine.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"
import type { ChangedRows } from "./Feed.ts"
import type { FeedRun } from "./journal.ts"
import { disputePatients } from "./sql/disputes.ts"

/** In a step. `readAt`: a time before the request left. */
export const storeChangedPatients = Effect.fnUntraced(function* (
  reading: FeedRun,
  { misfits, records }: ChangedRows<Patient>,
  readAt: string
) {
  const run = { ...reading.run, resource: "patients" } as const
  // Several changes of one patient are one row; and a fixed order, so that transactions cannot wait for each other.
  const rows = [...new Map(records.map((patient) => [patient.patientId, patient])).values()]
    .sort((a, b) => (a.patientId < b.patientId ? -1 : 1))
    .map(rowOf)
  const ids = rows.map(({ patient }) => patient.patientId)
  const fitting = new Set<string>(ids)
  const aside = misfits.filter(({ recordId }) => recordId === undefined || !fitting.has(recordId))
  if (rows.length + aside.length === 0) return noRows

  const known = yield* knownHashes(run, ids)
  const news = rows.filter(({ hash, patient }) => known.get(patient.patientId) !== hash)
  const written = news.length === 0 ? [] : yield* upsert(run, news, readAt)
  yield* disputePatients(run, news, readAt)
  yield* release(run, ids)
  yield* setAside(run, aside)
  const inserted = written.filter(({ isInserted }) => isInserted).length
  return {
    ...noRows,
    fetched: rows.length + aside.length,
    inserted,
    updated: written.length - inserted,
    unchanged: rows.length - written.length,
    quarantined: aside.length,
    merged: yield* countMerged(
      run,
      written.map(({ patientId }) => patientId)
    )
  } satisfies RowCounts
})
