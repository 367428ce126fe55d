/**
 * Brings the record of every patient that the database knows up to date: one read by id each, since the vendor has no
 * list of a practice's patients.
 *
 * known ids → in handfuls: read at the same time, commit
 *
 * Safe to start again at any time: finished handfuls of an unfinished run are skipped, unchanged rows are not written.
 */
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Array as Arr, Effect, Semaphore } from "effect"
import { databaseTime, moveWatermark } from "../runs/Runs.ts"
import { type RunContext, runPractice } from "../runs/runPractice.ts"
import { endIfStopping, unlessStopping } from "../runs/Stopping.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import { makeTolerance } from "../runs/Tolerance.ts"
import { commitPatients } from "./commitPatients.ts"
import { handfulsOf, keyOf } from "./handfuls.ts"
import { confirmNotFound, readPatient } from "./readPatient.ts"
import { controlPatient, knownPatients } from "./sql/knownPatients.ts"

export interface SyncPatientsOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
}

/** Handfuls under way at the same time, so that one slow answer does not hold the others up. */
const handfulsAtOnce = 2
/** The budget decides how many of them are sent. */
const readsAtOnce = 64

const work = Effect.fnUntraced(function* ({ run, lease, finished, committed }: RunContext) {
  const report = yield* SyncProgress
  const tolerance = makeTolerance()
  const beganAt = yield* databaseTime
  const handfuls = handfulsOf(yield* knownPatients(run))
  const open = handfuls.filter((ids) => !finished.has(keyOf(ids)))
  const committing = yield* Semaphore.make(1)
  let windowsDone = handfuls.length - open.length
  let fetched = 0

  const tell = Effect.suspend(() =>
    report({ practiceId: run.practiceId, resource: run.resource, windowsDone, windows: handfuls.length, fetched })
  )

  const readHandful = Effect.fnUntraced(function* (ids: ReadonlyArray<PatientId>) {
    const readAt = yield* databaseTime
    const readings = yield* Effect.forEach(
      ids,
      (id) => tolerance.part(readPatient(run.practiceId, id), { patientId: id }),
      { concurrency: readsAtOnce }
    ).pipe(Effect.map(Arr.getSomes))
    const notFound = readings.flatMap((reading) => (reading._tag === "NotFound" ? [reading.patientId] : []))
    if (notFound.length > 0) {
      const found = readings.find((reading) => reading._tag === "Found")
      const control = found?._tag === "Found" ? found.patient.patientId : yield* controlPatient(run, notFound)
      yield* confirmNotFound(run.practiceId, control)
    }
    const isWhole = readings.length === ids.length
    const windowKey = isWhole ? keyOf(ids) : `${keyOf(ids)}, in part`
    const counts = yield* committing.withPermit(commitPatients(run, windowKey, readings, readAt, lease))
    yield* committed(counts)
    windowsDone += 1
    fetched += counts.fetched
    yield* tell
  })
  yield* tell
  const handfulOf = (ids: ReadonlyArray<PatientId>) => unlessStopping(readHandful(ids))
  yield* Effect.forEach(open, handfulOf, { concurrency: handfulsAtOnce, discard: true })
  yield* endIfStopping
  yield* tolerance.conclude
  // Only now all of them are as they were after the run began.
  yield* moveWatermark(run, "all known patients", beganAt).pipe(rideOut("patients.watermark"))
})

export const syncPatients = (options: SyncPatientsOptions) =>
  runPractice(
    {
      runId: options.runId,
      practiceId: options.practiceId,
      resource: "patients",
      scope: "known",
      holder: options.holder
    },
    work
  )
