/**
 * Whether an instant lies in the hour that occurs twice each autumn in US Eastern time. The vendor's stamps carry no
 * zone, so two stamps of that hour cannot be put in order by themselves.
 */
import { DateTime } from "effect"

const eastern = DateTime.zoneMakeNamedUnsafe("America/New_York")
const hourAt = (epochMillis: number): number =>
  DateTime.toParts(DateTime.setZone(DateTime.makeUnsafe(epochMillis), eastern)).hour

/** The first Sunday of November, from the first 01:00 on, as `easternStamp` reads it. */
export const isRepeatedHour = (instant: DateTime.Utc): boolean => {
  const date = new Date(DateTime.toEpochMillis(instant))
  if (date.getUTCMonth() !== 10 || date.getUTCDate() > 7) return false
  const hour = hourAt(date.getTime())
  return hour === 1 && hourAt(date.getTime() + 3_600_000) === hour
}
