/**
 * The rate that one budget runs at, as a pure function of time.
 *
 * - It starts low and climbs in a straight line to its ceiling within 4 seconds while nothing is refused.
 * - A refusal at rate r takes it to 75 % of r, back to 90 % of r within 5 seconds, and from there up by 0.4 % of r a
 *   second: the limit is found, then probed rarely enough that few requests are lost to probing.
 * - What a server declares in its headers takes the place of the climb, never above the ceiling.
 *
 * Refusals of requests that were admitted before the last step down belong to the same episode and change nothing:
 * eight requests in flight at the limit are one signal, not eight.
 */
export interface Pace {
  readonly ceiling: number
  /** Requests per second at `since`. */
  readonly base: number
  /** Where the quick part of the climb ends. */
  readonly target: number
  /** Requests per second gained each second up to `target`. */
  readonly climb: number
  /** The same above `target`. */
  readonly probe: number
  /** Epoch milliseconds; undefined until the first request. */
  readonly since: number | undefined
  readonly lowered: boolean
}

const secondsToCeiling = 4
const afterRefusal = { base: 0.75, target: 0.9, seconds: 5, probePerSecond: 0.004 }
/** One request in ten seconds: slower than that, the server's own waits decide. */
const minRequestsPerSecond = 0.1

export const initialPace = (ceiling: number, startAtMost: number): Pace => {
  const base = Math.min(ceiling / 3, startAtMost)
  return {
    ceiling,
    base,
    target: ceiling,
    climb: (ceiling - base) / secondsToCeiling,
    probe: 0,
    since: undefined,
    lowered: false
  }
}

/** Requests per second at `now`. */
export const rateAt = (pace: Pace, now: number): number => {
  if (pace.since === undefined) return pace.base
  const elapsed = Math.max(0, now - pace.since) / 1000
  const climbing = pace.climb > 0 ? Math.min(elapsed, (pace.target - pace.base) / pace.climb) : elapsed
  const probing = pace.probe * Math.max(0, elapsed - climbing)
  return Math.min(pace.ceiling, pace.base + pace.climb * climbing + probing)
}

/** The climb begins with the first request, not with the process. */
export const started = (pace: Pace, now: number): Pace => (pace.since === undefined ? { ...pace, since: now } : pace)

/** A request admitted at `admittedAt` was refused; the budget rests until `resumesAt`. */
export const refused = (pace: Pace, admittedAt: number, now: number, resumesAt: number): Pace => {
  if (pace.lowered && pace.since !== undefined && admittedAt <= pace.since) return pace
  const rate = rateAt(pace, now)
  const base = Math.max(minRequestsPerSecond, rate * afterRefusal.base)
  const target = Math.max(base, rate * afterRefusal.target)
  return {
    ceiling: pace.ceiling,
    base,
    target,
    climb: (target - base) / afterRefusal.seconds,
    probe: rate * afterRefusal.probePerSecond,
    since: Math.max(now, resumesAt),
    lowered: true
  }
}

/** The server says how many requests may still be sent until when: that is the rate, at once. */
export const declared = (pace: Pace, requestsPerSecond: number, now: number): Pace => {
  const rate = Math.max(minRequestsPerSecond, Math.min(pace.ceiling, requestsPerSecond))
  return { ...pace, base: rate, target: rate, climb: 0, probe: 0, since: now, lowered: false }
}
