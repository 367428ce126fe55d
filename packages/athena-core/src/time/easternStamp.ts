/**
 * The vendor's stamps without a zone (`lastmodified`, `scheduleddatetime`, `cancelleddatetime`, replay parameters):
 * `MM/DD/YYYY HH:MM:SS` in US Eastern time, whatever the practice's own zone.
 *
 * In the hour that occurs twice each autumn the earlier instant is taken: a stamp read too early makes a sync look
 * again, one read too late would make it skip.
 */
import { DateTime } from "effect"
import type { Scalar } from "../wire/Scalar.ts"

const eastern = DateTime.zoneMakeNamedUnsafe("America/New_York")

/** Offsets by hour of the calendar: stamps cluster, and asking the zone database costs more than all the rest. */
const offsets = new Map<string, number>()
const maxOffsets = 100_000

const offsetAt = (hour: string): number => {
  const known = offsets.get(hour)
  if (known !== undefined) return known
  if (offsets.size >= maxOffsets) offsets.clear()
  const local = `${hour}:00:00`
  const zoned = DateTime.makeZonedUnsafe(local, {
    timeZone: eastern,
    adjustForTimeZone: true,
    disambiguation: "earlier"
  })
  const offset = Date.parse(`${local}Z`) - DateTime.toEpochMillis(zoned)
  offsets.set(hour, offset)
  return offset
}

/** The instant at which an hour, as stamps write it, begins. Only of days that there are. */
const hours = new Map<string, number>()

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48
const isDigit = (value: number): boolean => value >= 0 && value <= 9

/** The number of two digits at `at`, if it is below 60; else -1. */
const sixtieth = (text: string, at: number): number => {
  const tens = digit(text, at)
  const ones = digit(text, at + 1)
  return tens >= 0 && tens <= 5 && isDigit(ones) ? tens * 10 + ones : -1
}

/** Stamps as nearly all are, `MM/DD/YYYY HH:MM:SS`: the hour is looked up, the rest is added. */
const fromKnownHour = (text: string): DateTime.Utc | undefined => {
  if (text.length !== 19 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined
  const hour = hours.get(text.slice(0, 13))
  const minute = sixtieth(text, 14)
  const second = sixtieth(text, 17)
  return hour === undefined || minute < 0 || second < 0
    ? undefined
    : DateTime.makeUnsafe(hour + minute * 60_000 + second * 1000)
}

const pattern = /^\s*(\d{2})\/(\d{2})\/(\d{4})[ T](\d{2}):(\d{2})(?::(\d{2}))?\s*$/
const two = (value: number) => String(value).padStart(2, "0")

export const easternStamp: Scalar<DateTime.Utc> = {
  expected: "a stamp as MM/DD/YYYY HH:MM:SS",
  parse: (input) => {
    if (typeof input !== "string") return undefined
    const known = fromKnownHour(input)
    if (known !== undefined) return known
    const match = pattern.exec(input)
    if (match === null) return undefined
    const [, month, day, year, hour, minute, second = "00"] = match
    const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
    // `Date.parse` makes March 2 of February 30 and the next day of hour 24.
    if (Number.isNaN(wall) || new Date(wall).getUTCDate() !== Number(day)) return undefined
    const offset = offsetAt(`${year}-${month}-${day}T${hour}`)
    if (hours.size >= maxOffsets) hours.clear()
    hours.set(`${month}/${day}/${year} ${hour}`, wall - offset - Number(minute) * 60_000 - Number(second) * 1000)
    return DateTime.makeUnsafe(wall - offset)
  },
  print: (value) => {
    const parts = DateTime.toParts(DateTime.setZone(value, eastern))
    return `${two(parts.month)}/${two(parts.day)}/${parts.year} ${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`
  }
}
