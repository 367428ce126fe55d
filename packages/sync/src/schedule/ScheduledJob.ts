/**
 * A job with the times at which it is due.
 */
import { Cron, DateTime, type Duration, Option, Result } from "effect"
import type { Job } from "./Job.ts"

export interface ScheduledJob {
  readonly job: Job
  /** It is due whenever one of them is. */
  readonly crons: ReadonlyArray<Cron.Cron>
  /** Each practice has a delay of its own within this, the same every time, so that not all begin at once. */
  readonly jitter: Duration.Duration
}

/** A time zone by its name in the IANA database, such as `America/New_York`; never an offset, which knows no daylight saving. */
export const parseZone = (name: string): Option.Option<DateTime.TimeZone> =>
  /^[A-Za-z][\w+/-]*$/.test(name) ? DateTime.zoneMakeNamed(name) : Option.none()

/** None for an expression that cannot be read, or whose day never comes. */
export const parseCron = (expression: string, zone: DateTime.TimeZone): Option.Option<Cron.Cron> =>
  Option.filter(Result.getSuccess(parseForFold(expression.trim(), zone)), hasNext)

/**
 * When clocks are set back, what is to be done at an hour is done once, in the first of the two; what is to be done every hour
 * goes on through both, or the data would be an hour old. When they are set forward, what falls into the hour that is skipped
 * is done once, right after it.
 */
const parseForFold = (expression: string, zone: DateTime.TimeZone): Result.Result<Cron.Cron, Cron.CronParseError> =>
  Result.flatMap(Cron.parse(expression, zone), (cron) =>
    isEveryHour(cron) ? Cron.parse(expression, zone, { onDstOverlap: "both" }) : Result.succeed(cron)
  )

const isEveryHour = ({ hours }: Cron.Cron) => hours.size === 0 || hours.size === 24

/** The 30th of February can be read, and never comes. */
const hasNext = (cron: Cron.Cron): boolean => {
  try {
    return Cron.next(cron, 0).getTime() > 0
  } catch {
    return false
  }
}
