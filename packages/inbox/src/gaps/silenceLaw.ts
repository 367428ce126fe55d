/**
 * How long a topic has been silent, against what is usual for it.
 *
 * A topic has a clock of its own. In each hour of the week it goes as fast as the share of past weeks in which the topic came in that
 * hour: fully in an hour in which it always comes, not at all at night and at weekends if it never comes then, whatever the
 * practice's time zone. While nobody received, it stands still. One hour of this clock is one hour in which it was to be expected.
 *
 * **Usual** is the silence, by that clock, that 99 of 100 past silences did not exceed; and no less than what chance alone makes of
 * the shares in one of 100 cases, so that a short history promises nothing. **Factor** is the present silence divided by it. From 3
 * on the topic is silent: for what comes by chance that is about one false alarm in a million silences, and for what comes every
 * hour it is three hours.
 *
 * - A practice that closes for nights and weekends is never found silent for that; nor when its clocks are changed, which is an hour.
 * - The longer the silence, the higher the factor; more hours in which it came never follow from waiting, since only what lies before
 *   the last event is learned from.
 * - A holiday looks like a fault until somebody asks: what the catch-up then finds tells them apart (`status/readGaps.ts`).
 *
 * It says nothing before two weeks have been seen and the topic came in 20 hours. A topic that never came is measured by the wall
 * clock against a week, and only if it is known to be subscribed.
 */

const hourMillis = 3_600_000
const hoursOfWeek = 168
/** The longest past that is learned from: a practice's hours change with the seasons. */
export const learnedWeeks = 8

const leastHoursSeen = 20
const leastSpan = 14 * 24
const quantile = 0.99
/** From this factor on a topic is silent. */
export const silentFrom = 3
/** What is usual for a topic that never came. */
const usualOfNeverCome = 7 * 24

/** A time in which nobody received, in epoch milliseconds. */
export interface Away {
  readonly from: number
  readonly to: number
}

export interface TopicHistory {
  /** Hours since 1970 in which it came, ascending. */
  readonly hours: ReadonlyArray<number>
  /** Epoch milliseconds of its last event. */
  readonly lastAt: number
}

export interface Silence {
  /** Epoch milliseconds. */
  readonly since: number
  /** Hours of the topic's own clock. */
  readonly usualHours: number
  readonly silentHours: number
  readonly factor: number
  readonly isSilent: boolean
}

const silence = (since: number, silentHours: number, usualHours: number): Silence => {
  const factor = silentHours / usualHours
  return { since, usualHours, silentHours, factor, isSilent: factor >= silentFrom }
}

/** How much of the time between the two somebody received, as a share of an hour. */
const presentIn = (from: number, to: number, away: ReadonlyArray<Away>): number => {
  const missed = away.reduce((sum, one) => sum + Math.max(0, Math.min(to, one.to) - Math.max(from, one.from)), 0)
  return Math.max(0, to - from - missed) / hourMillis
}

const startOf = (hour: number) => hour * hourMillis

/** The share of past weeks in which it came, for each hour of the week; 0 where there was none to see it. */
const sharesOf = (hours: ReadonlyArray<number>, away: ReadonlyArray<Away>): ReadonlyArray<number> => {
  const came = new Array<number>(hoursOfWeek).fill(0)
  const seen = new Array<number>(hoursOfWeek).fill(0)
  const hits = new Set(hours)
  const first = hours[0] ?? 0
  for (let hour = first; hour <= (hours.at(-1) ?? first - 1); hour++) {
    const slot = hour % hoursOfWeek
    if (hits.has(hour)) came[slot] = (came[slot] ?? 0) + 1
    // An hour that was half missed says that it came, but not that it did not.
    if (hits.has(hour) || presentIn(startOf(hour), startOf(hour + 1), away) > 0.9) seen[slot] = (seen[slot] ?? 0) + 1
  }
  return came.map((times, slot) => times / Math.max(1, seen[slot] ?? 0))
}

/** The hour of the clock that chance alone reaches in one silence of a hundred. */
const byChance = (shares: ReadonlyArray<number>): number => {
  const sum = shares.reduce((all, share) => all + share, 0)
  const typical = shares.reduce((all, share) => all + share * share, 0) / sum
  return typical > 1 - 1e-9 ? 1 : (typical * Math.log(1 - quantile)) / Math.log(1 - typical)
}

/** What of the last weeks before its last event is learned from. */
const learned = ({ hours }: TopicHistory): ReadonlyArray<number> => {
  const last = hours.at(-1) ?? 0
  return hours.filter((hour) => hour > last - learnedWeeks * hoursOfWeek)
}

/** None while there is too little to learn from. */
export const judgeSilence = (history: TopicHistory, away: ReadonlyArray<Away>, now: number): Silence | undefined => {
  const hours = learned(history)
  const first = hours[0] ?? 0
  const last = hours.at(-1) ?? 0
  if (hours.length < leastHoursSeen || last - first < leastSpan) return undefined
  const shares = sharesOf(hours, away)
  /** By the topic's clock. */
  const elapsed = (from: number, to: number) => {
    let sum = 0
    for (let hour = Math.floor(from / hourMillis); startOf(hour) < to; hour++) {
      const share = shares[hour % hoursOfWeek] ?? 0
      if (share > 0) sum += share * presentIn(Math.max(from, startOf(hour)), Math.min(to, startOf(hour + 1)), away)
    }
    return sum
  }
  const silences = hours
    .slice(1)
    .map((hour, n) => elapsed(startOf(hours[n] ?? hour), startOf(hour)))
    .sort((a, b) => a - b)
  const usual = silences[Math.min(silences.length - 1, Math.ceil(quantile * silences.length))] ?? 0
  return silence(history.lastAt, elapsed(history.lastAt, now), Math.max(1, usual, byChance(shares)))
}

/** Of a topic that is subscribed and never came. */
export const judgeNeverCome = (subscribedSince: number, away: ReadonlyArray<Away>, now: number): Silence =>
  silence(subscribedSince, presentIn(subscribedSince, now, away), usualOfNeverCome)
