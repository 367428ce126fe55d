/**
 * Runs one practice's part of a job, and turns whatever ends it into a result:
 *
 * 1. the lease of the practice's resource, so that there is one run at a time over all processes
 * 2. the run's row, `running`, with the windows that an unfinished run of the same scope left behind
 * 3. `work`, which commits window after window
 * 4. the run's row with its end
 *
 * Killed anywhere, the row still reads `running` and the finished windows stay: the next run goes on behind them. Stopped
 * by a signal, the run is closed as resumable before the process ends.
 *
 * A database that is away for a moment, up to 20 s, is waited for wherever the run meets it. If it stays away, the run ends
 * with what it met; a row that still reads `running` is as after a kill.
 */

import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import {
  type CallStatistics,
  CurrentCallStatistics,
  emptyStatistics
} from "@athena-engine/athena-core/http/CallStatistics"
import { type Lease, Leases } from "@athena-engine/database/locks/Leases"
import { Cause, Clock, Effect, Exit, Ref } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { failureOfCause, isCutOff, type RunError } from "./RunError.ts"
import { begin, finish, type Run } from "./Runs.ts"
import { addCounts, leaseOf, noRows, type RowCounts, type RunFailure, type SyncResult } from "./SyncResult.ts"

/** What `work` is given. */
export interface RunContext {
  readonly run: Run
  readonly lease: Lease
  /** Windows that need not be asked again. */
  readonly finished: ReadonlySet<string>
  /** To be called after every commit, with what it did. */
  readonly committed: (counts: RowCounts) => Effect.Effect<void>
}

/** A run that was told to stop or to wait is gone on with; one that failed is asked anew. */
const isResumable = (failure: RunFailure | undefined): boolean =>
  failure !== undefined && (failure.tag === "Stopped" || failure.retryAt !== undefined)

interface Progress {
  readonly counts: RowCounts
  readonly commits: number
}

const resultOf = (
  run: Run,
  progress: Progress,
  statistics: CallStatistics,
  durationMs: number,
  failure: RunFailure | undefined
): SyncResult => {
  const { counts, commits } = progress
  const isWhole = failure === undefined && counts.quarantined === 0
  return {
    practiceId: run.practiceId,
    resource: run.resource,
    status: isWhole ? "complete" : failure !== undefined && commits === 0 ? "failed" : "partial",
    ...counts,
    requests: statistics.requests,
    retries: statistics.retries,
    rateLimited: statistics.rateLimited,
    durationMs,
    ...(failure === undefined ? {} : { error: failure })
  }
}

export const runPractice = <R>(
  run: Run,
  work: (context: RunContext) => Effect.Effect<void, RunError, R>
): Effect.Effect<SyncResult, never, R | Leases | SqlClient> =>
  Effect.gen(function* () {
    const leases = yield* Leases
    const startedAt = yield* Clock.currentTimeMillis
    const progress = yield* Ref.make<Progress>({ counts: noRows, commits: 0 })
    const statistics = emptyStatistics()
    const auditContext = yield* CurrentAuditContext

    const conclude = (exit: Exit.Exit<void, RunError>) =>
      Effect.gen(function* () {
        const failure = Exit.isFailure(exit) ? failureOfCause(exit.cause) : undefined
        const durationMs = (yield* Clock.currentTimeMillis) - startedAt
        return resultOf(run, yield* Ref.get(progress), statistics, durationMs, failure)
      })

    const withLease = leases.withLease(leaseOf(run.resource, run.practiceId), { holder: run.holder }, (lease) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const finished = yield* restore(begin(run))
          const committed = (counts: RowCounts) =>
            Ref.update(progress, (known) => ({ counts: addCounts(known.counts, counts), commits: known.commits + 1 }))
          const exit = yield* Effect.exit(restore(work({ run, lease, finished, committed })))
          const { counts } = yield* Ref.get(progress)
          const { status, error } = yield* conclude(exit)
          const canGoOn = isResumable(error) || (Exit.isFailure(exit) && isCutOff(exit.cause))
          const end = finish(run, { status, counts, ...statistics, failure: error, isResumable: canGoOn }, lease)
          // What ended the work is told, not that its end could not be written.
          yield* Exit.isSuccess(exit) ? end : Effect.ignore(end)
          return yield* exit
        })
      )
    )
    return yield* withLease.pipe(
      Effect.provideService(CurrentCallStatistics, statistics),
      Effect.provideService(CurrentAuditContext, { ...auditContext, runId: run.runId }),
      Effect.exit,
      Effect.flatMap((exit) =>
        Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Effect.interrupt : conclude(exit)
      ),
      Effect.tap((result) =>
        Effect.logInfo(`Run of ${run.resource} ended`).pipe(
          Effect.annotateLogs({
            status: result.status,
            fetched: result.fetched,
            inserted: result.inserted,
            updated: result.updated,
            requests: result.requests,
            durationMs: result.durationMs,
            ...(result.error === undefined ? {} : { errorTag: result.error.tag })
          })
        )
      )
    )
  }).pipe(
    Effect.annotateLogs({ practiceId: run.practiceId, resource: run.resource, runId: run.runId }),
    Effect.withSpan(`sync ${run.resource}`, { attributes: { "athena.practice_id": run.practiceId } })
  )
