/**
 * Commits a handful of patients in one transaction: lease still held → rows → gone → quarantine → counts.
 */
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindow, hasWindow, type Run } from "../runs/Runs.ts"
import type { PatientReading } from "./readPatient.ts"
import { storeReadings } from "./storeReadings.ts"

export const commitPatients = Effect.fnUntraced(function* (
  run: Run,
  /** The name of the handful; another one if a patient of it could not be read, so that a later run asks for it again. */
  windowKey: string,
  readings: ReadonlyArray<PatientReading>,
  readAt: string,
  lease: Lease
) {
  const work = Effect.gen(function* () {
    const counts = yield* storeReadings(run, readings, readAt)
    yield* addWindow(run, windowKey, readAt, counts)
    return counts
  })
  const isCommitted = hasWindow(run, windowKey, readAt)
  return yield* commitOnce(run, lease, { operation: "patients.commit", work, isCommitted })
})
