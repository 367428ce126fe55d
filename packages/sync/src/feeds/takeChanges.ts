/**
 * Takes what changed, and loses none of it. A change that was sent is no longer pending, whether or not it arrived; so before
 * anything is taken it is written down that it may be, and whoever finds that note replays.
 *
 * | state | in the journal | what may be lost | how it is left |
 * | --- | --- | --- | --- |
 * | idle | neither of both | nothing | *set the marker* → taking |
 * | taking | `taking_since`, the marker | what was taken since | *take*, *store*: rows and the marker's new time, in one transaction; the last one takes it back → idle |
 * | owed | `replay_from` | what was taken since | *replay* from there; then → idle |
 *
 * - Killed while taking, or told that changes may be lost: the marker becomes what is owed, → owed. The next run begins with the
 *   replay, this one goes on with it.
 * - Killed while replaying: still owed, and replayed again. Storing twice is storing once.
 * - A request that got no answer may yet take its changes, behind a replay that was too quick. So what is owed is owed until
 *   a replay that begins two minutes after it; earlier ones are made too, since their changes are wanted now.
 * - Refused, nothing was taken: the marker is taken back.
 * - No offset is ever sent while taking, and no request that takes is repeated.
 *
 * What a replay brings is dated by the beginning of its window, since it may be as old as that: a newer answer is never
 * overwritten. Where two answers cannot be put in order, the record is noted as disputed, in the same transaction, and read
 * by its id, in this run or, killed before, in the next.
 *
 * A replay that is refused, or of what is older than the vendor is likely to have kept, books a sweep (`sweep.ts`).
 *
 * Source: https://docs.athenahealth.com/api/guides/changed-data-subscriptions
 */
import { ChangesMayBeLost } from "@athena-engine/athena-core/endpoints/feed"
import type { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { DateTime, Duration, Effect, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { databaseTime, moveWatermark } from "../runs/Runs.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import type { Changes, ChangesQuery, Feed } from "./Feed.ts"
import { step } from "./FeedSteps.ts"
import { bookSweep, type FeedRun, noteStep, writeStep } from "./journal.ts"
import { replayReach, replayWindow, requestIsOver, waitingReach } from "./replayWindow.ts"
import { disputes, settleDispute } from "./sql/disputes.ts"

/** Answers of one run; a feed that never ends is gone on with by the next one. */
const mostAnswers = 1000
/** An answer that is empty and yet says that more is pending is asked again, but not forever. */
const mostEmptyAnswers = 3
/** Times that changes may be lost in one run before it ends, and leaves the rest to the next one. */
const mostLosses = 2

/** How the taking ended. */
export type Taken = "all" | "not subscribed"

const isoOf = (millis: number): string => new Date(Math.floor(millis)).toISOString()

const ofFeed = (sql: SqlClient, { feed, run }: FeedRun) => sql`practice_id = ${run.practiceId} and feed = ${feed}`

/** taking → owed */
const oweReplay = Effect.fnUntraced(function* (reading: FeedRun) {
  const sql = yield* SqlClient
  yield* step("owe a replay")(
    noteStep(
      reading,
      "feeds.owe",
      sql`
        update athena.feeds set
          replay_from = least(replay_from, taking_since), taking_since = null,
          replay_settles_at = clock_timestamp() + ${Duration.toMillis(requestIsOver)} * interval '1 millisecond'
        where ${ofFeed(sql, reading)}`
    )
  )
})

/** A replay that will be refused the next time as well, or that nobody can answer any more. */
const isHopeless = ({ reason }: AthenaError, isOld: boolean): boolean =>
  ["InvalidRequest", "PermissionDenied", "FeedNotSubscribed", "RecordNotFound", "Conflict"].includes(reason._tag) ||
  (reason._tag === "UnexpectedStatus" && reason.status < 500) ||
  (isOld &&
    ["ServerUnavailable", "TimedOut", "UnreadableAnswer", "RefusedInside", "UnexpectedStatus"].includes(reason._tag))

/** owed → idle, or still owed. Answers how many rows came. */
const replay = Effect.fnUntraced(function* (reading: FeedRun, feed: Feed, query: ChangesQuery, from: number) {
  const sql = yield* SqlClient
  const beganAt = yield* databaseTime
  const { now } = reading.journal
  const isOld = now - from > Duration.toMillis(replayReach)
  const window = replayWindow(from, now)
  const datedAt = DateTime.formatIso(window.from)
  let rows = 0

  const store = (changes: Changes) =>
    step("store replayed changes")(writeStep(reading, "feeds.replayed", changes.store(reading, datedAt))).pipe(
      Effect.tap(({ fetched }) => Effect.sync(() => (rows += fetched)))
    )
  const reason = yield* Stream.runForEach(feed.replay(query, window), store).pipe(
    step("replay"),
    Effect.as(isOld ? ("replay-too-old" as const) : undefined),
    Effect.catchIf(
      (error): error is AthenaError => error._tag === "AthenaError" && isHopeless(error, isOld),
      () => Effect.succeed(isOld ? ("replay-too-old" as const) : ("replay-refused" as const))
    )
  )
  yield* step("settle the replay")(
    noteStep(
      reading,
      "feeds.settle",
      Effect.gen(function* () {
        if (reason !== undefined) yield* bookSweep(reading, reason, from)
        // Of what is taken late, a sweep that is booked now knows as well.
        yield* sql`
          update athena.feeds set
            replay_from = case
              when ${reason === undefined} and replay_settles_at > ${beganAt}::timestamptz then ${beganAt}::timestamptz
            end,
            replay_settles_at = case
              when ${reason === undefined} and replay_settles_at > ${beganAt}::timestamptz then replay_settles_at
            end
          where ${ofFeed(sql, reading)}`
      })
    )
  )
  return rows
})

/** idle → taking */
const setMarker = Effect.fnUntraced(function* (reading: FeedRun) {
  const sql = yield* SqlClient
  const { now, readUntil } = reading.journal
  const isLate = readUntil !== null && now - readUntil > Duration.toMillis(waitingReach)
  yield* step("set the marker")(
    noteStep(
      reading,
      "feeds.mark",
      Effect.gen(function* () {
        if (isLate) yield* bookSweep(reading, "late", readUntil)
        yield* sql`update athena.feeds set taking_since = clock_timestamp() where ${ofFeed(sql, reading)}`
      })
    )
  )
})

const takeMarkerBack = Effect.fnUntraced(function* (reading: FeedRun) {
  const sql = yield* SqlClient
  yield* step("take the marker back")(
    noteStep(reading, "feeds.unmark", sql`update athena.feeds set taking_since = null where ${ofFeed(sql, reading)}`)
  )
})

/** taking → taking, or idle after the last answer. The request left after the marker's time. */
const store = Effect.fnUntraced(function* (reading: FeedRun, changes: Changes, isLast: boolean) {
  const { activeSince, subscribedAt, takingSince } = reading.journal
  const readAt = isoOf(takingSince ?? 0)
  return yield* step("store changes")(
    writeStep(
      reading,
      "feeds.store",
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const counts = yield* changes.store(reading, readAt)
        // Nothing was told of what changed before the subscription took effect.
        if (activeSince === null) yield* bookSweep(reading, "activated", subscribedAt)
        yield* sql`
          update athena.feeds set
            active_since = coalesce(active_since, clock_timestamp()),
            taking_since = case when ${isLast} then null else clock_timestamp() end,
            read_until = case when ${isLast} then ${readAt}::timestamptz else read_until end
          where ${ofFeed(sql, reading)}`
        if (isLast) yield* moveWatermark(reading.run, readAt, readAt)
        return counts
      })
    )
  )
})

/** idle → taking → idle; or left as taking, when changes may be lost. */
const takePending = Effect.fnUntraced(function* (reading: FeedRun, feed: Feed, query: ChangesQuery) {
  const report = yield* SyncProgress
  let emptyAnswers = 0
  let fetched = 0
  for (let answers = 1; ; answers++) {
    if (reading.journal.takingSince === null) yield* setMarker(reading)
    const taken = yield* step("take changes")(feed.take(query)).pipe(
      Effect.catchTag("ChangesMayBeLost", Effect.succeed),
      Effect.catchTag("AthenaError", (error) =>
        Effect.andThen(
          takeMarkerBack(reading),
          error.reason._tag === "FeedNotSubscribed" ? Effect.succeed("not subscribed" as const) : Effect.fail(error)
        )
      )
    )
    if (taken === "not subscribed" || taken instanceof ChangesMayBeLost) return taken
    emptyAnswers = taken.received === 0 ? emptyAnswers + 1 : 0
    const isLast = !taken.hasMore || emptyAnswers > mostEmptyAnswers || answers === mostAnswers
    fetched += (yield* store(reading, taken, isLast)).fetched
    const { practiceId, resource } = reading.run
    yield* report({ practiceId, resource, windowsDone: answers, windows: answers + (isLast ? 0 : 1), fetched })
    if (isLast) return "all" as const
  }
})

/** Reads what is disputed, and stores it as it is. */
const settleDisputes = Effect.fnUntraced(function* (reading: FeedRun, feed: Feed) {
  const ids = yield* disputes(reading).pipe(rideOut("feeds.disputes"))
  for (const id of ids) {
    const readAt = yield* databaseTime
    const storeReading = yield* step("read a disputed record")(feed.readAgain(reading.run.practiceId, id))
    yield* step("settle a dispute")(
      writeStep(
        reading,
        "feeds.settleDispute",
        Effect.tap(storeReading(reading, readAt), () => settleDispute(reading.run, feed.name, id))
      )
    )
  }
})

/** What may be lost is replayed, what is pending taken, what is disputed read. Answers how many rows were replayed. */
export const takeChanges = Effect.fnUntraced(function* (
  reading: FeedRun,
  feed: Feed,
  departmentIds: ReadonlyArray<DepartmentId> | undefined,
  rowsAtOnce: number | undefined
) {
  const query = { practiceId: reading.run.practiceId, ...(departmentIds === undefined ? {} : { departmentIds }) }
  let replayed = 0
  if (reading.journal.takingSince !== null) yield* oweReplay(reading)
  for (let losses = 0; ; ) {
    const owedFrom = reading.journal.replayFrom
    if (owedFrom !== null) replayed += yield* replay(reading, feed, query, owedFrom)
    const taken = yield* takePending(reading, feed, {
      ...query,
      ...(rowsAtOnce === undefined ? {} : { limit: rowsAtOnce })
    })
    if (taken instanceof ChangesMayBeLost) {
      yield* Effect.logWarning("Changes may have been taken without arriving; they are replayed")
      yield* oweReplay(reading)
      if (++losses > mostLosses) return yield* taken.reason
      continue
    }
    yield* settleDisputes(reading, feed)
    return { end: taken as Taken, replayed }
  }
})
