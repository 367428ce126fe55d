import { Duration, Schedule } from "effect"

/** One request may take this long. */
export const attemptTimeout = Duration.seconds(20)

/** All attempts of one call together, pauses for the rate included. */
export const callDeadline = Duration.minutes(5)

/**
 * After a failure that is not ours: 250 ms doubling to 10 s, jittered, 8 retries. At a quarter of all answers bad, five
 * retries would lose one run in fifty; nine attempts lose none in practice, and fit into the deadline even if each hangs.
 */
export const transientSchedule = Schedule.min([Schedule.exponential("250 millis"), Schedule.spaced("10 seconds")]).pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 8 })
)
