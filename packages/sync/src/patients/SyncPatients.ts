/**
 * Brings the record of every patient that the database knows up to date: one read by id each, since the vendor has no
 * list of a practice's patients.
 *
 * known ids, less those that an unfinished run of the same scope has done → in handfuls: read at the same time, look again at
 * those who were not found, commit
 *
 * The order of effects, and what is left when the process dies after each:
 *
 * 1. the reads of a handful: nothing is written but the audit trail; they are read again
 * 2. its commit, one transaction: rows, links of merged patients, gone, quarantine, counts, and each patient as finished. All of
 *    it is there or nothing; who is finished is not asked again. They are finished one by one, not as a handful, so that those
 *    who come, go or are deleted between two runs move nobody else
 * 3. the watermark, which a run of all who are known moves: the next run asks nobody and moves it
 *
 * Safe to start again at any time; unchanged rows are not written.
 */
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Array as Arr, Effect, Semaphore } from "effect"
import { databaseTime, moveWatermark } from "../runs/Runs.ts"
import { type RunContext, runPractice } from "../runs/runPractice.ts"
import { endIfStopping, unlessStopping } from "../runs/Stopping.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import type { SyncResult } from "../runs/SyncResult.ts"
import { makeTolerance } from "../runs/Tolerance.ts"
import { commitPatients } from "./commitPatients.ts"
import { lookAgain } from "./lookAgain.ts"
import { type PatientReading, readPatient } from "./readPatient.ts"
import { knownPatients, storedWitnesses } from "./sql/knownPatients.ts"

export interface SyncPatientsOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
  /** Only patients of an appointment on this day or later, and whoever they were merged into. Default: all who are known. */
  readonly since?: LocalDate | undefined
}

/** Patients of one transaction. */
const handful = 50
/** Handfuls under way at the same time, so that one slow answer does not hold the others up. */
const handfulsAtOnce = 2
/** The budget decides how many of them are sent. */
const readsAtOnce = 64
/** Found last, to be asked for again where somebody is not found. */
const witnessesKept = 3

/** Whom a run asks for; another one of the same scope goes on where it stopped. */
export const scopeOf = (since: LocalDate | undefined): string => (since === undefined ? "known" : `since ${since}`)

const work = (since: LocalDate | undefined) =>
  Effect.fnUntraced(function* ({ run, lease, finished, committed }: RunContext) {
    const report = yield* SyncProgress
    const tolerance = makeTolerance()
    const beganAt = yield* databaseTime
    const open = (yield* knownPatients(run.practiceId, since)).filter((id) => !finished.has(id))
    const committing = yield* Semaphore.make(1)
    const unknown = new Set<PatientId>()
    let found: ReadonlyArray<PatientId> = []
    let done = 0
    let fetched = 0

    const tell = Effect.suspend(() =>
      report({
        practiceId: run.practiceId,
        resource: run.resource,
        windowsDone: finished.size + done,
        windows: finished.size + open.length,
        fetched
      })
    )

    const look = (patientId: PatientId) => tolerance.part(readPatient(run.practiceId, patientId), { patientId })

    /** Reads a handful: those who are not found count as gone if that is what the second look says. */
    const readAll = Effect.fnUntraced(function* (ids: ReadonlyArray<PatientId>) {
      const first = Arr.getSomes(yield* Effect.forEach(ids, look, { concurrency: readsAtOnce }))
      const idsOf = (tag: PatientReading["_tag"]) =>
        first.flatMap(({ _tag, patientId }) => (_tag === tag ? [patientId] : []))
      const notFound = idsOf("NotFound")
      found = [...found, ...idsOf("Found")].slice(-witnessesKept)
      if (notFound.length === 0) return first
      for (const id of notFound) unknown.add(id)
      const witnesses = found.length > 0 ? found : yield* storedWitnesses(run, [...unknown])
      const second = yield* lookAgain(run.practiceId, notFound, witnesses, look)
      return [...first.filter(({ _tag }) => _tag !== "NotFound"), ...second]
    })

    const readHandful = Effect.fnUntraced(function* (ids: ReadonlyArray<PatientId>) {
      const readAt = yield* databaseTime
      const readings = yield* readAll(ids)
      if (readings.length > 0) {
        const counts = yield* committing.withPermit(commitPatients(run, readings, readAt, lease))
        yield* committed(counts)
        fetched += counts.fetched
      }
      done += ids.length
      yield* tell
    })
    yield* tell
    const handfulOf = (ids: ReadonlyArray<PatientId>) => unlessStopping(readHandful(ids))
    yield* Effect.forEach(Arr.chunksOf(open, handful), handfulOf, { concurrency: handfulsAtOnce, discard: true })
    yield* endIfStopping
    yield* tolerance.conclude
    // Only now all of them are as they were after the run began. Of a part, nothing is said about the others.
    if (since === undefined)
      yield* moveWatermark(run, "all known patients", beganAt).pipe(rideOut("patients.watermark"))
  })

/** Reads the patients of one practice, after whatever is more urgent. Never fails: look at `status` and `error`. */
export const syncPatients = ({ since, ...options }: SyncPatientsOptions) =>
  runPractice({ ...options, resource: "patients", scope: scopeOf(since) }, work(since)).pipe(
    Priority.sync,
    Effect.map((result): SyncResult => ({ ...result, merged: result.merged ?? 0 }))
  )
