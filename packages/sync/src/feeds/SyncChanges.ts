/**
 * Reads what changed in a practice since the feed was read last, subscribing it first where needed:
 *
 * journal → subscription → replay of what may be lost → take, store, until nothing is pending → disputes → sweep
 *
 * Each step is told where it is done: `subscribe.ts`, `takeChanges.ts`, `sweep.ts`. Safe to start again at any time.
 *
 * One reader at a time for a practice's feed, by a lease. The vendor keeps one queue for an app, a practice and a feed, so
 * another database's program with the same credentials takes changes away from this one: read a feed from one place only.
 */
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { DateTime, Effect } from "effect"
import { syncAppointments } from "../appointments/SyncAppointments.ts"
import { type RunContext, runPractice } from "../runs/runPractice.ts"
import { addCounts, type RowCounts, type SyncResult } from "../runs/SyncResult.ts"
import { appointmentsFeed } from "./appointmentsFeed.ts"
import { type ChangesResult, changesMissing, sweepNote } from "./ChangesResult.ts"
import type { Feed } from "./Feed.ts"
import { step } from "./FeedSteps.ts"
import { type FeedName, type FeedRun, type Journal, openJournal } from "./journal.ts"
import { patientsFeed } from "./patientsFeed.ts"
import { departmentsOf, ensureSubscribed, takesEffectWithin } from "./subscribe.ts"
import { type BookedSweep, beginSweep, closeSweep } from "./sweep.ts"
import { sweepRunId } from "./sweepRunId.ts"
import { type Taken, takeChanges } from "./takeChanges.ts"

export interface SyncChangesOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  readonly feed: FeedName
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
  /**
   * Departments to subscribe and to read; a subscription of ours that was for others is asked for anew. Without them a new
   * subscription is for the whole practice, and one that is there stays as it is.
   */
  readonly departmentIds?: ReadonlyArray<DepartmentId>
  /** Rows that are taken at once, and have to be replayed if that is the moment of a crash: 1000 by default. */
  readonly rowsAtOnce?: number
}

const feeds: Readonly<Record<FeedName, Feed>> = { appointments: appointmentsFeed, patients: patientsFeed }

/** What a run learnt, beside its counts. */
interface Learnt {
  journal: Journal | undefined
  end: Taken | undefined
  replayed: number
  booked: BookedSweep["reason"] | undefined
  left: BookedSweep | undefined
}

const work = (options: SyncChangesOptions, learnt: Learnt) =>
  Effect.fnUntraced(function* ({ committed, lease, run }: RunContext) {
    const feed = feeds[options.feed]
    const wanted = options.departmentIds
    const journal = yield* openJournal(run.practiceId, feed.name)
    const reading: FeedRun = { run, lease, feed: feed.name, committed, journal }
    const take = Effect.suspend(() => takeChanges(reading, feed, departmentsOf(reading, wanted), options.rowsAtOnce))
    yield* Effect.gen(function* () {
      yield* ensureSubscribed(reading, feed, wanted, false)
      let taken = yield* take
      learnt.replayed = taken.replayed
      if (taken.end === "not subscribed" && reading.journal.activeSince !== null) {
        yield* ensureSubscribed(reading, feed, wanted, true)
        taken = yield* take
        learnt.replayed += taken.replayed
      }
      learnt.end = taken.end
      learnt.booked = reading.journal.sweepReason ?? undefined
      learnt.left = yield* beginSweep(reading)
    }).pipe(Effect.ensuring(Effect.sync(() => (learnt.journal = reading.journal))))
  })

const countsOf = ({
  drifted,
  fetched,
  gone,
  inserted,
  merged,
  quarantined,
  unchanged,
  updated
}: RowCounts): RowCounts => ({
  fetched,
  inserted,
  updated,
  unchanged,
  gone,
  quarantined,
  drifted,
  ...(merged === undefined ? {} : { merged })
})

/** Two runs that were made for one result. */
const together = (first: SyncResult, second: SyncResult): SyncResult => ({
  ...first,
  ...addCounts(countsOf(first), countsOf(second)),
  status: first.status === "complete" && second.status === "complete" ? "complete" : "partial",
  requests: first.requests + second.requests,
  retries: first.retries + second.retries,
  rateLimited: first.rateLimited + second.rateLimited,
  durationMs: first.durationMs + second.durationMs,
  ...(first.error === undefined && second.error !== undefined ? { error: second.error } : {})
})

/** Reads the stored days of a sweep anew. Answers their run; none if another run is at the practice's lists. */
const sweepDays = Effect.fnUntraced(function* (options: SyncChangesOptions, sweep: BookedSweep) {
  const { holder, practiceId, runId } = options
  const result = yield* syncAppointments({ ...sweep.known, runId: sweepRunId(runId), practiceId, holder }).pipe(
    step("sweep")
  )
  if (result.error?.tag === "LeaseHeld") return undefined
  if (result.error !== undefined) return { result, isDone: false }
  // What is in quarantine was read.
  return { result, isDone: yield* Effect.match(closeSweep(sweep), { onFailure: () => false, onSuccess: () => true }) }
})

const resultOf = (feed: FeedName, result: SyncResult, learnt: Learnt, isSwept: boolean): ChangesResult => {
  const where = `practice ${result.practiceId}, ${feed}`
  const { journal } = learnt
  const isPending = learnt.end === "not subscribed"
  const changesFrom =
    isPending && journal !== undefined
      ? DateTime.formatIso(
          DateTime.addDuration(DateTime.makeUnsafe(Math.floor(journal.subscribedAt ?? journal.now)), takesEffectWithin)
        )
      : undefined
  const missing = journal?.missingEvents ?? []
  const reason = learnt.left?.reason ?? learnt.booked
  const isOpen = learnt.left !== undefined && !isSwept
  const left = learnt.left === undefined || isSwept ? undefined : sweepNote(feed, learnt.left.reason)
  // Before a subscription took effect nobody was promised anything; afterwards, everything.
  const isMissing = left !== undefined && learnt.left?.reason !== "activated" && result.error === undefined
  return {
    ...result,
    resource: feed,
    feed,
    ...(isMissing ? { status: "partial" as const, error: changesMissing(where, left) } : {}),
    subscription:
      learnt.end === undefined ? "unknown" : isPending ? "pending" : missing.length > 0 ? "partial" : "active",
    ...(changesFrom === undefined ? {} : { changesFrom }),
    ...(missing.length === 0 ? {} : { missingEvents: missing }),
    replayed: learnt.replayed,
    ...(reason === undefined ? {} : { sweep: { reason, state: isOpen ? "open" : "done" } }),
    notes: [
      ...(changesFrom === undefined ? [] : [`${where}: subscribed; changes come from ${changesFrom}`]),
      ...(missing.length === 0
        ? []
        : [
            `${where}: the subscription lacks ${missing.join(", ")}; ` +
              (journal?.isOurs === true
                ? "they were asked for"
                : "it is another program's, and may be for some departments only. Name those with --department to complete it")
          ]),
      ...(left === undefined || isMissing ? [] : [`${where}: ${left}`])
    ]
  }
}

/** Reads one feed of one practice. Never fails: look at `status` and `error`. */
export const syncChanges = Effect.fnUntraced(function* (options: SyncChangesOptions) {
  const { feed, holder, practiceId, runId } = options
  const learnt: Learnt = { journal: undefined, end: undefined, replayed: 0, booked: undefined, left: undefined }
  const read = yield* runPractice(
    { runId, practiceId, resource: `changed_${feed}`, scope: "feed", holder },
    work(options, learnt)
  )
  const { left } = learnt
  const isDue = left !== undefined && learnt.journal !== undefined && learnt.journal.now >= left.bookedAt
  const swept =
    isDue && feed === "appointments" && read.error === undefined ? yield* sweepDays(options, left) : undefined
  const whole = swept === undefined ? read : together(read, swept.result)
  return resultOf(feed, whole, learnt, swept?.isDone === true)
})
