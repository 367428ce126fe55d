/**
 * Commits a handful of patients in one transaction: lease still held → rows → gone → quarantine → counts.
 */
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { release, setAside } from "../quarantine/quarantine.ts"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindow, hasWindow, type Run } from "../runs/Runs.ts"
import type { RowCounts } from "../runs/SyncResult.ts"
import { rowOf } from "./PatientRow.ts"
import type { PatientReading } from "./readPatient.ts"
import { knownHashes } from "./sql/knownPatients.ts"
import { markGone } from "./sql/markGone.ts"
import { upsert } from "./sql/upsert.ts"

export const commitPatients = Effect.fnUntraced(function* (
  run: Run,
  /** The name of the handful; another one if a patient of it could not be read, so that a later run asks for it again. */
  windowKey: string,
  readings: ReadonlyArray<PatientReading>,
  readAt: string,
  lease: Lease
) {
  const rows = readings.flatMap((reading) => (reading._tag === "Found" ? [rowOf(reading.patient)] : []))
  const misfits = readings.flatMap((reading) => (reading._tag === "DoesNotFit" ? [reading.misfit] : []))
  const notFound = readings.flatMap(
    (reading): ReadonlyArray<PatientId> => (reading._tag === "NotFound" ? [reading.patientId] : [])
  )
  const ids = rows.map(({ patient }) => patient.patientId)

  const work = Effect.gen(function* () {
    const known = yield* knownHashes(run, ids)
    const news = rows.filter(({ patient, hash }) => known.get(patient.patientId) !== hash)
    const written = news.length === 0 ? [] : yield* upsert(run, news, readAt)
    const gone = notFound.length === 0 ? 0 : yield* markGone(run, notFound, readAt)
    yield* release(run, [...ids, ...notFound])
    yield* setAside(run, misfits)
    const inserted = written.filter(({ isInserted }) => isInserted).length
    const counts: RowCounts = {
      fetched: rows.length + misfits.length,
      inserted,
      updated: written.length - inserted,
      unchanged: rows.length - written.length,
      gone,
      quarantined: misfits.length,
      drifted: 0
    }
    yield* addWindow(run, windowKey, readAt, counts)
    return counts
  })
  const isCommitted = hasWindow(run, windowKey, readAt)
  return yield* commitOnce(run, lease, { operation: "patients.commit", work, isCommitted })
})
