/**
 * When changes were taken is told by the vendor's clock, to the second and in Eastern time; when they may have been, by the
 * database's. So a replay begins earlier and ends later than the journal says. What comes twice costs a row.
 */
import type { ReplayWindow } from "@athena-engine/athena-core/endpoints/feed"
import { DateTime, Duration } from "effect"

/**
 * How far the two clocks may differ. The client tells nobody of the vendor's `Date`, so it is a margin: machines that keep
 * their time differ by less than a second, and `doctor` finds one that does not.
 */
const clockSkew = Duration.minutes(5)
/** What comes on top of it. */
const overlap = Duration.minutes(1)
const margin = Duration.sum(clockSkew, overlap)

/**
 * A request that got no answer may still be on its way, and take its changes after a replay that was too quick. Gateways end
 * a request after a minute; a replay that begins later than this after it settles the matter.
 */
export const requestIsOver = Duration.minutes(2)

/**
 * "For a short period of time only", says the vendor of replays, and not how long. Twelve hours is what integrations in
 * production replay; of what is older some may be forgotten, so a sweep follows.
 */
export const replayReach = Duration.hours(12)

/** Nor does the vendor say how long changes wait to be taken. A feed that was not read for longer is followed by a sweep. */
export const waitingReach = Duration.days(7)

/** What to replay of changes that may have been taken from `from` on, both in epoch milliseconds of the database. */
export const replayWindow = (from: number, now: number): ReplayWindow => ({
  from: DateTime.subtractDuration(DateTime.makeUnsafe(from), margin),
  to: DateTime.addDuration(DateTime.makeUnsafe(now), margin)
})
