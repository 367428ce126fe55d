/**
 * Reads what is in a practice's quarantine again, each record by its id, and releases those that fit now: appointments and
 * patients. What has no id, and what is only ever listed, is read again by the next run (`leftToNextRun`).
 *
 * lease of the quarantine → for each record: read, commit (rows → quarantine → counts, finished window)
 *
 * A sync may run beside it: an older answer overwrites no newer one, whoever brings it. Killed anywhere, what is left is in
 * the quarantine; stopped or told to wait, the next retry does not ask again for those that did not fit.
 */
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readWithSecondLook } from "../patients/readWithSecondLook.ts"
import { storeReadings } from "../patients/storeReadings.ts"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindow, databaseTime, hasWindow, type Run } from "../runs/Runs.ts"
import { type RunContext, runPractice } from "../runs/runPractice.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import { makeTolerance } from "../runs/Tolerance.ts"
import { readAside, recentAppointments, storeAside } from "./retryAppointment.ts"

export interface RetryOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
}

/** The budget decides how many of them are sent. */
const readsAtOnce = 16

interface Aside {
  readonly resource: "appointments" | "patients"
  readonly recordId: string
}

const windowOf = ({ recordId, resource }: Aside) => `${resource} ${recordId}`

const readable = Effect.fnUntraced(function* ({ practiceId }: Run) {
  const sql = yield* SqlClient
  return yield* sql<Aside>`
    select resource, record_id as "recordId" from athena.quarantine
    where practice_id = ${practiceId} and record_id is not null and resource in ('appointments', 'patients')
    order by id`.pipe(rideOut("retry.read"))
})

const work = Effect.fnUntraced(function* ({ committed, finished, lease, run }: RunContext) {
  const report = yield* SyncProgress
  const tolerance = makeTolerance()
  const controls = yield* Effect.cached(recentAppointments(run))
  const all = yield* readable(run)
  const open = all.filter((aside) => !finished.has(windowOf(aside)))
  let windowsDone = all.length - open.length

  /** Reads it; answers how it is stored. */
  const read = Effect.fnUntraced(function* ({ recordId, resource }: Aside) {
    if (resource === "appointments") {
      const id = AppointmentId.make(recordId)
      const reading = yield* readAside(run, id, controls)
      return (readAt: string) => storeAside(run, id, reading, readAt)
    }
    const reading = yield* readWithSecondLook(run, PatientId.make(recordId))
    return (readAt: string) => storeReadings(run, [reading], readAt)
  })

  const retry = Effect.fnUntraced(function* (aside: Aside) {
    const readAt = yield* databaseTime
    const store = yield* read(aside)
    const windowKey = windowOf(aside)
    const piece = Effect.gen(function* () {
      const counts = yield* store(readAt)
      yield* addWindow(run, windowKey, readAt, counts)
      return counts
    })
    const isCommitted = hasWindow(run, windowKey, readAt)
    const counts = yield* commitOnce(run, lease, { operation: "retry.commit", work: piece, isCommitted })
    yield* committed(counts)
    windowsDone += 1
    yield* report({
      practiceId: run.practiceId,
      resource: run.resource,
      windowsDone,
      windows: all.length,
      fetched: windowsDone
    })
  })

  yield* Effect.forEach(
    open,
    (aside) => Effect.map(tolerance.part(retry(aside), { recordId: aside.recordId }), Option.isSome),
    { concurrency: readsAtOnce, discard: true }
  )
  yield* tolerance.conclude
})

export const retryQuarantined = (options: RetryOptions) =>
  runPractice({ ...options, resource: "quarantine", scope: "retry" }, work)
