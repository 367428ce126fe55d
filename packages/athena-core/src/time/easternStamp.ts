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

const pattern = /^\s*(\d{2})\/(\d{2})\/(\d{4})[ T](\d{2}):(\d{2})(?::(\d{2}))?\s*$/
const two = (value: number) => String(value).padStart(2, "0")

export const easternStamp: Scalar<DateTime.Utc> = {
  expected: "a stamp as MM/DD/YYYY HH:MM:SS",
  parse: (input) => {
    const match = typeof input === "string" ? pattern.exec(input) : null
    if (match === null) return undefined
    const [, month, day, year, hour, minute, second = "00"] = match
    const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
    // `Date.parse` makes March 2 of February 30 and the next day of hour 24.
    if (Number.isNaN(wall) || new Date(wall).getUTCDate() !== Number(day)) return undefined
    return DateTime.makeUnsafe(wall - offsetAt(`${year}-${month}-${day}T${hour}`))
  },
  print: (value) => {
    const parts = DateTime.toParts(DateTime.setZone(value, eastern))
    return `${two(parts.month)}/${two(parts.day)}/${parts.year} ${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`
  }
}
