/**
 * The vendor's stamps are US Eastern wall clock without an offset. A page of a thousand rows holds three
 * thousand of them, so they are computed from the rule in force since 2007 (second Sunday of March to first
 * Sunday of November, changes at 02:00) rather than by `Intl`.
 */
import { dayMillis, dayNumber, parseUsDate, two, usDate, weekday } from "./calendar.ts"

const hour = 3_600_000

/** Standard offset of US Eastern. */
const eastern = -5 * hour

/** Wall clock of `instant` in US Eastern: `06/03/2019 14:05:09`. */
export const easternStamp = (instant: number): string => {
  const local = instant + eastern + (isDaylightSaving(instant) ? hour : 0)
  const day = Math.floor(local / dayMillis)
  const seconds = Math.floor((local - day * dayMillis) / 1000)
  return `${usDate(day)} ${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/**
 * The instant of an Eastern wall clock. Of the two instants of the ambiguous hour in autumn the earlier is
 * taken; the hour that spring skips is read as standard time.
 */
export const easternInstant = (day: number, secondsOfDay: number): number => {
  const wall = day * dayMillis + secondsOfDay * 1000
  const daylight = wall - eastern - hour
  return isDaylightSaving(daylight) ? daylight : wall - eastern
}

/** Reads `MM/DD/YYYY`, optionally followed by `HH:MM` or `HH:MM:SS`, as Eastern; `undefined` when it is none of these. */
export const parseEasternStamp = (text: string): number | undefined => {
  const parts = /^(\S+)(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim())
  const day = parts === null ? undefined : parseUsDate(parts[1] as string)
  if (parts === null || day === undefined) return undefined
  const [hours, minutes, seconds] = [Number(parts[2] ?? 0), Number(parts[3] ?? 0), Number(parts[4] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return easternInstant(day, hours * 3600 + minutes * 60 + seconds)
}

/** Whether US daylight saving time is in force. */
export const isDaylightSaving = (instant: number): boolean => {
  const year = new Date(instant).getUTCFullYear()
  const known = seasons.get(year) ?? season(year)
  return instant >= known.start && instant < known.end
}

interface Season {
  readonly start: number
  readonly end: number
}

const seasons = new Map<number, Season>()

const season = (year: number): Season => {
  const firstSunday = (month: number) => {
    const first = dayNumber(year, month, 1)
    return first + ((7 - weekday(first)) % 7)
  }
  // 02:00 standard time in spring; 02:00 daylight time, which is 01:00 standard, in autumn.
  const computed = {
    start: (firstSunday(3) + 7) * dayMillis + 2 * hour - eastern,
    end: firstSunday(11) * dayMillis + hour - eastern
  }
  seasons.set(year, computed)
  return computed
}
