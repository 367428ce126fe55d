/**
 * Commits a handful of patients in one transaction: lease still held → rows → gone → quarantine → counts, and each patient
 * as finished.
 */
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindows, hasWindow, type Run } from "../runs/Runs.ts"
import type { PatientReading } from "./readPatient.ts"
import { storeReadings } from "./storeReadings.ts"

export const commitPatients = Effect.fnUntraced(function* (
  run: Run,
  /** At least one. Who could not be read is not among them, so that a later run asks again. */
  readings: ReadonlyArray<PatientReading>,
  readAt: string,
  lease: Lease
) {
  const asked = readings.map(({ patientId }) => patientId)
  const work = Effect.gen(function* () {
    const counts = yield* storeReadings(run, readings, readAt)
    yield* addWindows(run, asked, readAt, counts)
    return counts
  })
  const isCommitted = hasWindow(run, asked[0] ?? "", readAt)
  return yield* commitOnce(run, lease, { operation: "patients.commit", work, isCommitted })
})
