/**
 * Sees to it that a feed is subscribed, and writes as little to the vendor as can be:
 *
 * | the vendor says | what is done |
 * | --- | --- |
 * | active | nothing |
 * | inactive | one subscription to all default events; while one that was asked for may not show yet, nothing |
 * | partial, and ours | the missing events, one by one, each with the departments of the subscription |
 * | partial, not ours | nothing: it may be restricted to departments, which the vendor does not tell, and asking for an event without naming them would widen it. Whoever names departments has it completed for those |
 * | anything else | nothing |
 *
 * What is to be subscribed is written down before it is asked for: killed between, the next run knows that the subscription is
 * its own and of which departments, and asking twice is as good as once. A subscription takes effect minutes later and tells
 * nothing of before: what it does not tell is looked for by a sweep.
 */
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Feed } from "./Feed.ts"
import { step } from "./FeedSteps.ts"
import { bookSweep, type FeedRun, noteStep } from "./journal.ts"

/** "Up to 5 minutes, sometimes 10 to 15 in preview", says the vendor. */
export const takesEffectWithin = Duration.minutes(15)
/** What the vendor says of a subscription lags behind as well. */
const lag = Duration.toMillis(Duration.minutes(20))
/** How often a subscription that works is looked at. */
const lookEvery = Duration.toMillis(Duration.hours(24))

/** What a subscription that is asked for replaces. */
type Before = "nothing" | "lapsed" | "other departments" | "some events"

const ask = Effect.fnUntraced(function* (
  reading: FeedRun,
  feed: Feed,
  events: ReadonlyArray<string | undefined>,
  departmentIds: ReadonlyArray<DepartmentId> | undefined,
  before: Before
) {
  const sql = yield* SqlClient
  const { practiceId } = reading.run
  const ofFeed = sql`practice_id = ${practiceId} and feed = ${feed.name}`
  yield* step("write down what will be subscribed")(
    noteStep(
      reading,
      "feeds.intend",
      Effect.gen(function* () {
        if (before === "lapsed") yield* bookSweep(reading, "lapsed", reading.journal.readUntil, takesEffectWithin)
        if (before === "other departments") yield* bookSweep(reading, "activated", null, takesEffectWithin)
        yield* sql`
          update athena.feeds set
            is_ours = true, department_ids = ${departmentIds ?? null}::text[],
            active_since = case when ${before} = 'lapsed' then null else active_since end
          where ${ofFeed}`
      })
    )
  )
  for (const eventName of events) {
    const query = {
      practiceId,
      ...(eventName === undefined ? {} : { eventName }),
      ...(departmentIds === undefined ? {} : { departmentIds })
    }
    yield* step("subscribe")(feed.subscription.subscribe(query))
  }
  yield* step("write down that it was asked for")(
    noteStep(
      reading,
      "feeds.asked",
      sql`update athena.feeds set subscribed_at = clock_timestamp(), checked_at = clock_timestamp() where ${ofFeed}`
    )
  )
})

const isSame = (some: ReadonlyArray<string> | null, others: ReadonlyArray<string>): boolean =>
  some !== null && some.length === others.length && others.every((one) => some.includes(one))

/** The departments that the feed is read for: those that are wanted, else those of our own subscription. */
export const departmentsOf = (
  { journal }: FeedRun,
  wanted: ReadonlyArray<DepartmentId> | undefined
): ReadonlyArray<DepartmentId> | undefined =>
  wanted ??
  (journal.isOurs && journal.departmentIds !== null
    ? (journal.departmentIds as ReadonlyArray<DepartmentId>)
    : undefined)

/** `wanted`: the departments to subscribe; the whole practice, or as it is, without. `mustLook`: the feed was refused. */
export const ensureSubscribed = Effect.fnUntraced(function* (
  reading: FeedRun,
  feed: Feed,
  wanted: ReadonlyArray<DepartmentId> | undefined,
  mustLook: boolean
) {
  const sql = yield* SqlClient
  const { journal, run } = reading
  const { activeSince, checkedAt, isOurs, missingEvents, now, subscribedAt } = journal
  const isMeantForOthers = wanted !== undefined && isOurs && !isSame(journal.departmentIds, wanted)
  const wasSeen =
    activeSince !== null && checkedAt !== null && now - checkedAt < lookEvery && missingEvents.length === 0
  if (wasSeen && !mustLook && !isMeantForOthers) return

  const { eventNames, status } = yield* step("read the subscription")(feed.subscription.read(run.practiceId))
  const departmentIds = departmentsOf(reading, wanted)
  const wasAskedLately = subscribedAt !== null && now - subscribedAt < lag && !isMeantForOthers
  const names = new Set(eventNames.map((name) => name.toLowerCase()))
  const missing = status === "partial" ? feed.defaultEvents.filter((name) => !names.has(name.toLowerCase())) : []

  if (status === "inactive") {
    if (!wasAskedLately)
      yield* ask(reading, feed, [undefined], departmentIds, activeSince === null ? "nothing" : "lapsed")
    return
  }
  if (status === "unknown") return
  yield* step("write down that it is active")(
    noteStep(
      reading,
      "feeds.seen",
      Effect.gen(function* () {
        // Of an event that is subscribed by now nothing was told before.
        if (missingEvents.length > missing.length) yield* bookSweep(reading, "activated", null)
        yield* sql`
          update athena.feeds set checked_at = clock_timestamp(), missing_events = ${missing}::text[]
          where practice_id = ${run.practiceId} and feed = ${feed.name}`
      })
    )
  )
  if (isMeantForOthers) yield* ask(reading, feed, [undefined], departmentIds, "other departments")
  else if (missing.length > 0 && (isOurs || wanted !== undefined) && !wasAskedLately) {
    yield* ask(reading, feed, missing, departmentIds, "some events")
  }
})
