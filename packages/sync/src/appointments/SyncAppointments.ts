/**
 * Brings a practice's appointments of a date range into the database, exactly, over an API whose lists have no order,
 * move while they are read, and hide what was cancelled:
 *
 * departments → for every day: walk, commit → candidates, read by id
 *
 * Safe to start again at any time: finished days of an unfinished run are skipped, unchanged rows are not written. A range of
 * years is a backfill: it takes half of a day's quota at most, ends with `retryAt`, and goes on behind its finished days.
 */

import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Effect, Semaphore } from "effect"
import { syncDepartments } from "../departments/syncDepartments.ts"
import { databaseTime } from "../runs/Runs.ts"
import { type RunContext, runPractice } from "../runs/runPractice.ts"
import { endIfStopping, unlessStopping } from "../runs/Stopping.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import { noRows } from "../runs/SyncResult.ts"
import { makeTolerance } from "../runs/Tolerance.ts"
import { departmentChunks } from "../walk/departmentChunks.ts"
import { type MakeRoom, makeRowsInHand } from "../walk/RowsInHand.ts"
import { walkDay } from "../walk/walkDay.ts"
import { commitWindow } from "./commitWindow.ts"
import { makeFrontier } from "./Frontier.ts"
import { settleCandidates } from "./settleCandidates.ts"
import { isBackfill, planWindows, scopeOf, type Window } from "./Window.ts"

export interface SyncAppointmentsOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  /** Appointment dates, both included. */
  readonly from: LocalDate
  readonly to: LocalDate
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
}

/** Days that are read at the same time; the budget decides how many requests are sent. */
const windowsAtOnce = 8

const work = (options: SyncAppointmentsOptions, windows: ReadonlyArray<Window>) =>
  Effect.fnUntraced(function* ({ run, lease, finished, committed }: RunContext) {
    const report = yield* SyncProgress
    const tolerance = makeTolerance()
    const departments = yield* syncDepartments(run)
    if (departments.quarantined > 0) yield* committed({ ...noRows, quarantined: departments.quarantined })
    const chunks = departmentChunks(departments.ids)
    const open = windows.filter(({ key }) => !finished.has(key))
    // One commit at a time: windows share the run's row, and a moved appointment may be in two of them.
    const committing = yield* Semaphore.make(1)
    const rowsInHand = yield* makeRowsInHand
    const done = new Set(finished)
    let fetched = 0

    const tell = Effect.suspend(() =>
      report({
        practiceId: run.practiceId,
        resource: run.resource,
        windowsDone: done.size,
        windows: windows.length,
        fetched
      })
    )

    // A department that could not be read may have appointments on every day.
    const frontier = makeFrontier(windows, ({ key }) => done.has(key))
    const readUpTo = (window: Window) => (departments.isWhole ? frontier.with(window) : undefined)

    const readWindow = Effect.fnUntraced(function* (window: Window, makeRoom: MakeRoom) {
      const readAt = yield* databaseTime
      const walked = yield* walkDay(run.practiceId, window.date, chunks, makeRoom)
      if (walked.hasDrifted) {
        yield* Effect.logWarning("The list moved at every reading; what was there throughout is stored").pipe(
          Effect.annotateLogs({ window: window.key })
        )
      }
      const commit = Effect.suspend(() => commitWindow(run, window, walked, readAt, lease, readUpTo(window)))
      const counts = yield* committing.withPermit(Effect.tap(commit, () => Effect.sync(() => done.add(window.key))))
      yield* committed(counts)
      fetched += counts.fetched
      yield* tell
    })

    const part = (window: Window) =>
      tolerance.part(
        rowsInHand.hold((makeRoom) => readWindow(window, makeRoom)),
        { window: window.key }
      )
    yield* tell
    yield* Effect.forEach(open, (window) => unlessStopping(part(window)), { concurrency: windowsAtOnce, discard: true })
    yield* endIfStopping
    yield* settleCandidates(run, lease, options, tolerance, committed)
    yield* tolerance.conclude
  })

export const syncAppointments = (options: SyncAppointmentsOptions) => {
  const windows = planWindows(options.from, options.to)
  const whole = work(options, windows)
  return runPractice(
    {
      runId: options.runId,
      practiceId: options.practiceId,
      resource: "appointments",
      scope: scopeOf(options.from, options.to),
      holder: options.holder
    },
    isBackfill(windows) ? (context) => Priority.backfill(whole(context)) : whole
  )
}
