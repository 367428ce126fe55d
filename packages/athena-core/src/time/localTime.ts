/**
 * From the wall clock of a department to the instant, and back.
 *
 * Twice a year a wall clock does not name one instant. As calendars do (RFC 5545, section 3.3.5):
 *
 * - in the hour that occurs twice, when the clocks go back, the first occurrence is meant;
 * - in the hour that does not occur, when they go forward, the time is read as if they had not: 02:30 is 03:30.
 *
 * `occurrenceOf` says which of the three it is, for those who want to ask.
 */
import { DateTime } from "effect"
import type { ClockTime } from "./clockTime.ts"
import type { LocalDate } from "./LocalDate.ts"

/** What a wall clock and a calendar show. */
export interface LocalTime {
  readonly date: LocalDate
  readonly time: ClockTime
}

const read = (
  { date, time }: LocalTime,
  zone: DateTime.TimeZone,
  disambiguation: "compatible" | "earlier" | "later"
): DateTime.Zoned =>
  DateTime.makeZonedUnsafe(`${date}T${time}:00`, { timeZone: zone, adjustForTimeZone: true, disambiguation })

/** The instant that is meant, with the zone that it was said in. */
export const instantOf = (local: LocalTime, zone: DateTime.TimeZone): DateTime.Zoned => read(local, zone, "compatible")

const two = (value: number) => String(value).padStart(2, "0")

/** What the wall clock shows at an instant; seconds are dropped. */
export const localTimeOf = (instant: DateTime.DateTime, zone: DateTime.TimeZone): LocalTime => {
  const { day, hour, minute, month, year } = DateTime.toParts(DateTime.setZone(instant, zone))
  return {
    date: `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}` as LocalDate,
    time: `${two(hour)}:${two(minute)}` as ClockTime
  }
}

/** How often the wall clock shows this. */
export const occurrenceOf = (local: LocalTime, zone: DateTime.TimeZone): "once" | "twice" | "never" => {
  const earlier = read(local, zone, "earlier")
  const later = read(local, zone, "later")
  if (DateTime.toEpochMillis(earlier) === DateTime.toEpochMillis(later)) return "once"
  return localTimeOf(earlier, zone).time === local.time ? "twice" : "never"
}
