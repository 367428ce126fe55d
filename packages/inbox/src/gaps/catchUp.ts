/**
 * Does the catch-ups that are booked for a practice, once over all copies:
 *
 * 1. the lease of the practice's catch-ups
 * 2. begun: its plan and the run of this attempt are written down, in one transaction
 * 3. step after step, each a run of the sync, with its own lease, windows and counts; each that is done is written down, together with
 *    what a feed could not tell and has to be read instead
 * 4. finished; or put off, with the reason
 *
 * Killed anywhere, the lease is free and the catch-up still open: whoever comes next goes on with the steps that are not written
 * down, behind the windows that their runs have finished. What the rows were is counted by the runs, in the transactions that wrote
 * them, and found by the attempts' run ids: a kill between a run's end and the note of its step costs a second run, and no count.
 *
 * Everything that is read is read after the catch-up was booked, so after the time that is to be caught up with. Events go on
 * meanwhile, and before it in the budget: two answers about one record are put in order by the sync.
 */

import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { type Lease, Leases } from "@athena-engine/database/locks/Leases"
import type { SyncResult } from "@athena-engine/sync/runs/SyncResult"
import type { Step } from "@athena-engine/sync/schedule/Job"
import { nightlyRange } from "@athena-engine/sync/schedule/nightlyRange"
import { runStep } from "@athena-engine/sync/schedule/runStep"
import { Duration, Effect, FiberMap } from "effect"
import { insteadOf } from "./planCatchUp.ts"
import { begin, conclude, duePractices, finishStep, nextDue, type PutOff } from "./sql/catchUps.ts"

export interface CatchUpOptions {
  /** Who does it, in words for whoever meets its lease. */
  readonly holder: string
  readonly newRunId: Effect.Effect<RunId>
}

export const catchUpLease = (practiceId: string): string => `catch-up of practice ${practiceId}`

/** Whether the feed told all; if not, its records have to be read. */
const toldAll = (result: SyncResult): boolean => {
  if (result.error?.tag === "ChangesMissing") return false
  return !("subscription" in result) || result.subscription === "active"
}

const failureIn = (results: ReadonlyArray<SyncResult>): PutOff | undefined => {
  const errors = results.flatMap(({ error }) => (error === undefined || error.tag === "ChangesMissing" ? [] : [error]))
  const error = errors.find(({ retryAt }) => retryAt !== undefined) ?? errors[0]
  return error && { tag: error.tag, retryAt: error.retryAt }
}

const doOne = Effect.fnUntraced(function* (
  id: string,
  practiceId: PracticeId,
  { holder, newRunId }: CatchUpOptions,
  lease: Lease
) {
  const runId = yield* newRunId
  const { day, steps } = yield* begin(id, practiceId, runId, holder, lease)
  const range = nightlyRange(LocalDate.make(day))
  const open: Array<Step> = [...steps]
  let failure: PutOff | undefined
  for (let step = open.shift(); step !== undefined; step = open.shift()) {
    const results = yield* runStep(step, { runId, practiceId, holder, range })
    const failed = failureIn(results)
    failure ??= failed
    // What the vendor tells one step to wait for it would tell the others too.
    if (failed?.retryAt !== undefined) break
    if (failed !== undefined) continue
    const more = results.every(toldAll) ? undefined : insteadOf[step]
    yield* finishStep(id, practiceId, step, more, lease)
    if (more !== undefined && !open.includes(more)) open.push(more)
  }
  yield* conclude(id, failure, lease)
})

/** The catch-ups of a practice whose turn it is, one after the other. Fails with `LeaseHeld` if another copy is at them. */
export const catchUp = Effect.fnUntraced(
  function* (practiceId: PracticeId, options: CatchUpOptions) {
    const leases = yield* Leases
    yield* leases.withLease(catchUpLease(practiceId), { holder: options.holder }, (lease) =>
      Effect.gen(function* () {
        for (let id = yield* nextDue(practiceId); id !== undefined; id = yield* nextDue(practiceId)) {
          yield* doOne(id, practiceId, options, lease)
        }
      })
    )
  },
  mapSqlError("gaps.catchUp"),
  Priority.sync
)

/** How often it is looked for what was booked. */
const lookEvery = Duration.seconds(5)
/** Practices that are caught up with at the same time; each has its own budget, and the app's is over all of them. */
const practicesAtOnce = 4

/** Does what is booked, as long as the scope is open. Every copy may run it. */
export const startCatchUps = Effect.fnUntraced(function* (options: CatchUpOptions) {
  const running = yield* FiberMap.make<PracticeId, void, never>()
  const one = (practiceId: PracticeId) =>
    catchUp(practiceId, options).pipe(
      Effect.catchTag("LeaseHeld", () => Effect.void),
      Effect.catchCause((cause) => Effect.logWarning("A catch-up was cut off; it is gone on with", cause)),
      Effect.annotateLogs({ practiceId })
    )
  const look = Effect.gen(function* () {
    for (const practiceId of yield* duePractices) {
      if ((yield* FiberMap.size(running)) >= practicesAtOnce) return
      yield* FiberMap.run(running, practiceId, one(practiceId), { onlyIfMissing: true })
    }
  }).pipe(
    mapSqlError("gaps.duePractices"),
    Effect.catch((error) => Effect.logWarning(error.message))
  )
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(look, Effect.sleep(lookEvery))))
})
