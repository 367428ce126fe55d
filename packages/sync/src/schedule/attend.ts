/**
 * Does what is due of one job for one practice, unless another copy does it or has done it:
 *
 * 1. the practice's lease: one scheduled run of a practice at a time, over all copies
 * 2. where it stands, read again under the lease: a copy that came first may be done by now
 * 3. `begin`
 * 4. step after step; each that need not be done again is taken off what is left
 * 5. `end`: done, or when to try again
 *
 * Killed anywhere, the steps that are left stay open: whoever takes the lease next goes on with them, behind their finished
 * windows. Interrupted, it says so first, so that the try does not count.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { type Lease, Leases } from "@athena-engine/database/locks/Leases"
import { DateTime, Effect, Option } from "effect"
import type { SyncResult } from "../runs/SyncResult.ts"
import type { Job, Step } from "./Job.ts"
import { judge, type Verdict } from "./judge.ts"
import { nextDue } from "./occurrences.ts"
import type { ScheduledJob } from "./ScheduledJob.ts"
import { type End, ScheduleStates } from "./ScheduleStates.ts"

/** What a step is told. */
export interface Performance {
  readonly runId: RunId
  readonly practiceId: PracticeId
  readonly holder: string
  /** When the run was begun first, by the database's clock. */
  readonly startedAt: DateTime.Utc
}

/** Does a step of a job. */
export type Perform<R> = (step: Step, performance: Performance) => Effect.Effect<ReadonlyArray<SyncResult>, never, R>

/** A scheduled run that came to its end, for this time. */
export interface Attended {
  readonly practiceId: PracticeId
  readonly job: Job
  readonly runId: RunId
  readonly status: "complete" | "partial" | "failed" | "waiting"
  readonly dueAt: DateTime.Utc
  readonly attempt: number
  readonly results: ReadonlyArray<SyncResult>
  /** When the practice's job is due next; of one that is waiting, when it is gone on with. None: tried again after a while. */
  readonly next: Option.Option<DateTime.Utc>
}

export interface Attending<R> {
  readonly practiceId: PracticeId
  readonly scheduled: ScheduledJob
  readonly holder: string
  readonly newRunId: Effect.Effect<RunId>
  readonly perform: Perform<R>
}

export const scheduleLease = (practiceId: string): string => `schedule of practice ${practiceId}`

/** None if nothing is left to do. Fails with `LeaseHeld` if another copy is at it. */
export const attend = Effect.fnUntraced(function* <R>(attending: Attending<R>) {
  const leases = yield* Leases
  const states = yield* ScheduleStates
  const { holder, practiceId, scheduled } = attending
  return yield* leases.withLease(scheduleLease(practiceId), { holder }, (lease) =>
    Effect.gen(function* () {
      const { now, states: found } = yield* states.look([practiceId], [scheduled.job])
      const [state] = found
      const verdict = state === undefined ? undefined : judge(state, scheduled, now)
      return verdict?._tag === "Due" ? Option.some(yield* run(attending, lease, verdict)) : Option.none<Attended>()
    })
  )
})

const run = Effect.fnUntraced(function* <R>(
  { holder, newRunId, perform, practiceId, scheduled }: Attending<R>,
  lease: Lease,
  { attempt, dueAt, pending, startedAt }: Extract<Verdict, { readonly _tag: "Due" }>
) {
  const states = yield* ScheduleStates
  const runId = yield* newRunId
  const slot = { practiceId, job: scheduled.job }
  const begunAt = yield* states.begin(lease, { ...slot, runId, dueAt, startedAt, pending, attempt })
  yield* Effect.logInfo("A scheduled run begins").pipe(
    Effect.annotateLogs({ runId, attempts: attempt, dueAt: DateTime.formatIso(DateTime.makeUnsafe(dueAt)) })
  )
  const performance = { runId, practiceId, holder, startedAt: DateTime.makeUnsafe(begunAt) }
  const results: Array<SyncResult> = []
  const steps = Effect.gen(function* () {
    for (const step of pending) {
      const done = yield* perform(step, performance)
      results.push(...done)
      // What is in quarantine was read, and reading it again changes nothing.
      if (done.every(({ error }) => error === undefined)) yield* states.stepDone(lease, slot, step)
      // The other steps would be told the same.
      else if (done.some(({ error }) => error?.retryAt !== undefined)) return
    }
  })
  yield* Effect.onInterrupt(steps, () => Effect.ignore(states.end(lease, slot, { _tag: "Stopped", attempt })))
  const end = endOf(results, attempt)
  yield* states.end(lease, slot, end)
  const next =
    end._tag === "Done"
      ? Option.some(nextDue(scheduled, practiceId, begunAt))
      : end._tag === "Waiting"
        ? Option.some(end.until)
        : Option.none()
  const attended: Attended = {
    ...slot,
    runId,
    status: end._tag === "Waiting" ? "waiting" : end.status,
    dueAt: DateTime.makeUnsafe(dueAt),
    attempt,
    results,
    next: Option.map(next, DateTime.makeUnsafe)
  }
  return attended
})

const endOf = (results: ReadonlyArray<SyncResult>, attempt: number): Exclude<End, { readonly _tag: "Stopped" }> => {
  const waits = results.flatMap(({ error }) => (error?.retryAt === undefined ? [] : [Date.parse(error.retryAt)]))
  if (waits.length > 0) return { _tag: "Waiting", until: Math.min(...waits) }
  if (results.every(({ error }) => error === undefined)) {
    return { _tag: "Done", status: results.every(({ status }) => status === "complete") ? "complete" : "partial" }
  }
  return { _tag: "Failed", status: results.every(({ status }) => status === "failed") ? "failed" : "partial", attempt }
}
