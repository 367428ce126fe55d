/**
 * In a transaction: stores what came of reading some patients; answers what that did.
 *
 * locks where several statements write → rows, and with them the links of merged patients → gone → quarantine
 */
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Effect } from "effect"
import { release, setAside } from "../quarantine/quarantine.ts"
import type { Run } from "../runs/Runs.ts"
import type { RowCounts } from "../runs/SyncResult.ts"
import { rowOf } from "./PatientRow.ts"
import type { PatientReading } from "./readPatient.ts"
import { countMerged } from "./sql/countMerged.ts"
import { knownHashes } from "./sql/knownPatients.ts"
import { markGone } from "./sql/markGone.ts"
import { lockInOrder, noteReadAgain } from "./sql/readAgain.ts"
import { upsert } from "./sql/upsert.ts"

export const storeReadings = Effect.fnUntraced(function* (
  run: Run,
  readings: ReadonlyArray<PatientReading>,
  readAt: string
) {
  const rows = readings
    .flatMap((reading) => (reading._tag === "Found" ? [rowOf(reading.patient)] : []))
    .sort((a, b) => (a.patient.patientId < b.patient.patientId ? -1 : 1))
  const misfits = readings.flatMap((reading) => (reading._tag === "DoesNotFit" ? [reading.misfit] : []))
  const notFound = readings.flatMap(
    (reading): ReadonlyArray<PatientId> => (reading._tag === "NotFound" ? [reading.patientId] : [])
  )
  const ids = rows.map(({ patient }) => patient.patientId)
  const deleted = rows.flatMap(({ patient }) => (patient.status === "deleted" ? [patient.patientId] : []))
  const aside = { ...run, resource: "patients" } as const

  if (notFound.length + deleted.length > 0) yield* lockInOrder(run, [...ids, ...notFound])
  const known = yield* knownHashes(run, ids)
  const news = rows.filter(({ patient, hash }) => known.get(patient.patientId) !== hash)
  const written = news.length === 0 ? [] : yield* upsert(run, news, readAt)
  const gone = notFound.length === 0 ? 0 : yield* markGone(run, notFound, readAt)
  if (notFound.length + deleted.length > 0) yield* noteReadAgain(run, [...deleted, ...notFound], readAt)
  yield* release(aside, [...ids, ...notFound])
  yield* setAside(aside, misfits)
  const inserted = written.filter(({ isInserted }) => isInserted).length
  return {
    fetched: rows.length + misfits.length,
    inserted,
    updated: written.length - inserted,
    unchanged: rows.length - written.length,
    gone,
    quarantined: misfits.length,
    drifted: 0,
    merged: yield* countMerged(
      run,
      written.map(({ patientId }) => patientId)
    )
  } satisfies RowCounts
})
