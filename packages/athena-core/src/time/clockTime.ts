import { Schema } from "effect"
import type { Scalar } from "../wire/Scalar.ts"

/** A time of day without a date or a zone, 24 hours: `09:15`. */
export const ClockTime = Schema.String.check(
  Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$/, { message: "a time of day as HH:MM is expected" })
).pipe(Schema.brand("ClockTime"))
export type ClockTime = typeof ClockTime.Type

/**
 * A time of day where the department is. `00:00` and odd minutes occur; seconds are dropped when they come. Another clock
 * than the vendor's stamps, which are US Eastern: `localTime` makes an instant of it.
 */
export const clockTime: Scalar<ClockTime> = {
  expected: "a time of day as HH:MM",
  parse: (input) => {
    const match = typeof input === "string" ? /^\s*(\d{1,2}):([0-5]\d)(?::\d{2})?\s*$/.exec(input) : null
    if (match === null || Number(match[1]) > 23) return undefined
    return `${match[1]?.padStart(2, "0")}:${match[2]}` as ClockTime
  },
  print: (value) => value
}
