/** Wall clocks as `Intl` tells them: what the conversions of `src/time` are held against. */

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit"
  })
  formats.set(zone, made)
  return made
}

/** What the clocks of a zone show, as `2019-11-03T01:30:00`. */
export const shownAt = (epochMillis: number, zone: string): string => {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(epochMillis)
      .map(({ type, value }) => [type, value])
  )
  const { day, hour, minute, month, second, year } = parts
  return `${year?.padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}`
}

const hour = 3_600_000

/** Every instant at which the clocks of a zone show `wall`, earliest first. */
export const instantsShowing = (wall: string, zone: string): ReadonlyArray<number> => {
  const asIfUtc = Date.parse(`${wall}Z`)
  const candidates = Array.from({ length: 2 * 28 }, (_, index) => asIfUtc + (index / 2 - 14) * hour)
  return candidates.filter((instant) => shownAt(instant, zone) === wall)
}

/** When the clocks of a zone are changed in a year, spring first. */
export const changesIn = (year: number, zone: string): ReadonlyArray<number> => {
  const offsetAt = (instant: number) => Date.parse(`${shownAt(instant, zone)}Z`) - instant
  const first = Date.UTC(year, 0, 1)
  return Array.from({ length: 365 * 24 }, (_, index) => first + index * hour).filter(
    (instant) => offsetAt(instant - 1000) !== offsetAt(instant)
  )
}
