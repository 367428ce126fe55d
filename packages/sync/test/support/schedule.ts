/** What tests of the schedule need: its state and its leases in memory, under the test's clock, and jobs that do as they are told. */
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { LeaseHeld } from "@athena-engine/database/locks/LeaseErrors"
import { Leases } from "@athena-engine/database/locks/Leases"
import { Clock, DateTime, Duration, Effect, Layer, Option } from "effect"
import { noRows, type RunFailure, type SyncResult } from "../../src/runs/SyncResult.ts"
import type { Job, Step } from "../../src/schedule/Job.ts"
import { retryDelay } from "../../src/schedule/retryDelay.ts"
import { parseCron, parseZone, type ScheduledJob } from "../../src/schedule/ScheduledJob.ts"
import type { ScheduleState } from "../../src/schedule/ScheduleState.ts"
import { ScheduleStates } from "../../src/schedule/ScheduleStates.ts"

export const scheduledJob = (job: Job, ...crons: ReadonlyArray<string>): ScheduledJob => ({
  job,
  crons: crons.map((text) =>
    Option.getOrThrow(Option.flatMap(parseZone("America/New_York"), (zone) => parseCron(text, zone)))
  ),
  jitter: Duration.zero
})

/** A result as a step gives it. */
export const result = (practiceId: string, error?: RunFailure): SyncResult => ({
  practiceId: PracticeId.make(practiceId),
  resource: "appointments",
  status: error === undefined ? "complete" : "failed",
  ...noRows,
  requests: 1,
  retries: 0,
  rateLimited: 0,
  durationMs: 1,
  ...(error === undefined ? {} : { error })
})

/** The state of a database that never goes away, with the test's clock. */
export const statesInMemory = (known: Map<string, ScheduleState>): Layer.Layer<ScheduleStates> => {
  const keyOf = (slot: { readonly practiceId: string; readonly job: string }) => `${slot.practiceId} ${slot.job}`
  const change = (
    slot: { readonly practiceId: PracticeId; readonly job: Job },
    to: (state: ScheduleState, now: number) => ScheduleState
  ) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const state = known.get(keyOf(slot)) ?? { ...slot, coveredUntil: now, open: undefined }
      known.set(keyOf(slot), to({ ...state, practiceId: slot.practiceId, job: slot.job }, now))
    })
  const openOf = (state: ScheduleState) =>
    state.open ?? { dueAt: 0, startedAt: 0, pending: [], attempts: 0, notBefore: undefined }
  return Layer.succeed(ScheduleStates, {
    look: (practices, jobs) =>
      Effect.map(Clock.currentTimeMillis, (now) => ({
        now,
        states: practices.flatMap((practiceId) =>
          jobs.map((job) => {
            const state = known.get(keyOf({ practiceId, job })) ?? {
              practiceId,
              job,
              coveredUntil: now,
              open: undefined
            }
            known.set(keyOf(state), state)
            return state
          })
        )
      })),
    begin: (_, { attempt, dueAt, pending, startedAt, ...slot }) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const open = { dueAt, startedAt: startedAt ?? now, pending, attempts: attempt, notBefore: undefined }
        yield* change(slot, (state) => ({
          practiceId: state.practiceId,
          job: state.job,
          coveredUntil: state.coveredUntil,
          open
        }))
        return startedAt ?? now
      }),
    stepDone: (_, slot, step: Step) =>
      change(slot, (state) => ({
        ...state,
        open: { ...openOf(state), pending: openOf(state).pending.filter((one) => one !== step) }
      })),
    end: (_, slot, end) =>
      change(slot, (state, now) => {
        const open = openOf(state)
        switch (end._tag) {
          case "Done":
            return { ...state, coveredUntil: open.startedAt, open: undefined }
          case "Failed":
            return { ...state, open: { ...open, notBefore: now + Duration.toMillis(retryDelay(end.attempt)) } }
          case "Waiting":
            return { ...state, open: { ...open, attempts: 0, notBefore: end.until } }
          case "Stopped":
            return { ...state, open: { ...open, attempts: end.attempt - 1, notBefore: undefined } }
        }
      })
  })
}

export interface Holding {
  readonly name: string
  readonly holder: string
  readonly since: DateTime.Utc
}

/** Leases that copies of the program share in one process. */
export const leasesInMemory = (held: Map<string, Holding>): Layer.Layer<Leases> => {
  let fence = 0n
  const acquire: Leases["Service"]["acquire"] = (name, { holder }) =>
    Effect.acquireRelease(
      Effect.gen(function* () {
        const holding = held.get(name)
        if (holding !== undefined) return yield* new LeaseHeld(holding)
        held.set(name, { name, holder, since: yield* DateTime.now })
        fence += 1n
        return { name, fence, assertHeld: Effect.void, lost: Effect.never }
      }),
      () => Effect.sync(() => held.delete(name))
    )
  return Layer.succeed(Leases, {
    acquire,
    withLease: (name, options, work) => Effect.scoped(Effect.flatMap(acquire(name, options), work)),
    holdings: Effect.sync(() => [...held.values()])
  })
}

let runs = 0
export const newRunId = Effect.sync(() => RunId.make(`scheduled-${process.pid}-${++runs}`))
