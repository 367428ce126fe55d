/**
 * Whether an instant lies in the hour that occurs twice each autumn in US Eastern time. The vendor's stamps carry no
 * zone, so two stamps of that hour cannot be put in order by themselves.
 */
import { DateTime } from "effect"

const eastern = DateTime.zoneMakeNamedUnsafe("America/New_York")
const hourAt = (epochMillis: number): number =>
  DateTime.toParts(DateTime.setZone(DateTime.makeUnsafe(epochMillis), eastern)).hour

/** The last Sunday of October until 2006, the first of November since; asking the zone database costs more. */
const mayBeThatDay = (date: Date): boolean =>
  (date.getUTCMonth() === 9 && date.getUTCDate() >= 25) || (date.getUTCMonth() === 10 && date.getUTCDate() <= 7)

/** From the first 01:00 of that night on, as `easternStamp` reads it. */
export const isRepeatedHour = (instant: DateTime.Utc): boolean => {
  const date = new Date(DateTime.toEpochMillis(instant))
  if (!mayBeThatDay(date)) return false
  const hour = hourAt(date.getTime())
  return hour === 1 && hourAt(date.getTime() + 3_600_000) === hour
}
