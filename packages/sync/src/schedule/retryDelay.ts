import { Duration } from "effect"

/** How long a run that failed is left alone: 1 minute after the first try, doubling, an hour at most. */
export const retryDelay = (attempt: number): Duration.Duration =>
  Duration.min(Duration.minutes(2 ** (Math.max(1, attempt) - 1)), Duration.hours(1))
