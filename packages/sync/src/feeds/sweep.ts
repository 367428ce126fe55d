/**
 * A sweep: looking at all that is known, since changes were made of which the feed says nothing: before its subscription took
 * effect, or since it lapsed, or because what was taken could neither be stored nor replayed. It is booked in the journal, in
 * the transaction that finds the reason, and stays booked until it is done, over kills and days.
 *
 * Appointments: every day from the first that is stored to the last is read anew, as `syncAppointments` reads it, with its
 * candidates and its resuming; and, of a feed that was read before, what changed since on days before and behind. Patients:
 * the next complete run of `syncPatients` is the sweep, since it asks for all who are known; here it would cost a request a
 * patient, twice in a night.
 *
 * A run of the lists, or of the patients, that began after the sweep was booked and was complete has done it already.
 */
import { ListBookedAppointmentsOfDepartments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointmentsOfDepartments"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { addDays, LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { DateTime, Duration, Effect, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { syncDepartments } from "../departments/syncDepartments.ts"
import { databaseTime } from "../runs/Runs.ts"
import { departmentChunks } from "../walk/departmentChunks.ts"
import { step } from "./FeedSteps.ts"
import { type FeedName, type FeedRun, type SweepReason, writeStep } from "./journal.ts"
import { storeChangedAppointments } from "./storeChangedAppointments.ts"

/** Days, both included. */
export interface Days {
  readonly from: LocalDate
  readonly to: LocalDate
}

/** The days of which appointments are stored; today, where none are. */
const knownDays = Effect.fnUntraced(function* ({ run }: FeedRun) {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly from: string; readonly to: string }>`
    select coalesce(min(date), current_date)::text as from, coalesce(max(date), current_date)::text as to
    from athena.appointments where practice_id = ${run.practiceId} and gone_at is null`.pipe(rideOut("feeds.knownDays"))
  const { from = "", to = "" } = row ?? {}
  return { from: LocalDate.make(from), to: LocalDate.make(to) } satisfies Days
})

/** A sweep that is still to be done. */
export interface BookedSweep {
  readonly practiceId: PracticeId
  readonly feed: FeedName
  readonly reason: SweepReason
  /** What it has to begin after, in epoch milliseconds of the database. */
  readonly bookedAt: number
  /** Days of which appointments are stored. */
  readonly known: Days
}

/** Whether a run that began after the sweep was booked, and was complete, has done it. */
const isDoneByOthers = Effect.fnUntraced(function* ({ bookedAt, feed, known, practiceId }: BookedSweep) {
  const sql = yield* SqlClient
  const covers =
    feed === "patients"
      ? sql`scope = 'known'`
      : sql`scope ~ '^[0-9-]{10}/[0-9-]{10}$' and left(scope, 10) <= ${known.from} and right(scope, 10) >= ${known.to}`
  const rows = yield* sql`
    select from athena.sync_runs
    where practice_id = ${practiceId} and resource = ${feed} and status = 'complete'
      and started_at >= to_timestamp((${bookedAt}::float8 + 1) / 1000) and ${covers}
    limit 1`
  return rows.length > 0
})

/** Takes the sweep off the journal, unless it was booked anew meanwhile. */
export const closeSweep = Effect.fnUntraced(function* ({ practiceId, feed, bookedAt }: BookedSweep) {
  const sql = yield* SqlClient
  yield* sql`
    update athena.feeds set sweep_booked_at = null, sweep_from = null, sweep_reason = null
    where practice_id = ${practiceId} and feed = ${feed}
      and sweep_booked_at < to_timestamp((${bookedAt}::float8 + 1) / 1000)`.pipe(
    rideOut("feeds.swept"),
    step("close the sweep")
  )
})

/** Days before and behind the known ones in which a change is looked for. */
const daysBefore = 366
const daysBehind = 731
/** The vendor's stamps are Eastern by inference only, so what changed is asked for from more than an hour earlier. */
const overlap = Duration.minutes(75)

/** Of the days of which nothing is stored: what changed since, as the lists have it now. */
const readOutside = Effect.fnUntraced(function* (reading: FeedRun, known: Days, since: number) {
  const { ids } = yield* syncDepartments(reading.run)
  const modifiedSince = DateTime.subtractDuration(DateTime.makeUnsafe(since), overlap)
  const outside: ReadonlyArray<Days> = [
    { from: addDays(known.from, -daysBefore), to: addDays(known.from, -1) },
    { from: addDays(known.to, 1), to: addDays(known.to, daysBehind) }
  ]
  for (const departmentIds of departmentChunks(ids)) {
    for (const days of outside) {
      const readAt = yield* databaseTime
      const query = { practiceId: reading.run.practiceId, departmentIds, ...days, modifiedSince }
      yield* Stream.runForEach(ListBookedAppointmentsOfDepartments.pages(query), (page) =>
        step("store what lies outside")(
          writeStep(reading, "feeds.outside", storeChangedAppointments(reading, page, readAt, "list"))
        )
      ).pipe(step("read what lies outside"))
    }
  }
})

/**
 * In a feed's run, after its changes were taken: what of a booked sweep can be done here. Answers the sweep, if there is
 * something left of it.
 */
export const beginSweep = Effect.fnUntraced(function* (reading: FeedRun) {
  const { feed, journal, run } = reading
  const { now, sweepBookedAt, sweepFrom, sweepReason } = journal
  if (sweepBookedAt === null || sweepReason === null) return undefined
  const known = yield* knownDays(reading)
  const sweep: BookedSweep = { practiceId: run.practiceId, feed, reason: sweepReason, bookedAt: sweepBookedAt, known }
  // It follows something that takes its time.
  if (now < sweepBookedAt) return sweep
  if (feed === "appointments" && sweepReason !== "activated" && sweepFrom !== null) {
    yield* readOutside(reading, known, sweepFrom)
  }
  if (!(yield* isDoneByOthers(sweep).pipe(rideOut("feeds.isSwept")))) return sweep
  yield* closeSweep(sweep)
  return undefined
})
