/**
 * The rate that one budget runs at, as a pure function of time.
 *
 * - It starts low and climbs in a straight line to its ceiling within 4 seconds while nothing is refused.
 * - A refusal means that the limit is what was let through in the second before it: call that r. The rate goes to 75 % of
 *   r, back to 90 % of r within 5 seconds, and from there up by 0.4 % of r a second: the limit is found, then probed rarely
 *   enough that few requests are lost to probing. Once it is past r by a tenth and still nothing is refused, r was not
 *   the limit, or is no more: the probe speeds up, and 75 seconds later the rate has doubled.
 * - What a server declares in its headers takes the place of the climb, and is a ceiling from then on. Where it refuses
 *   all the same, the rate is learned under that ceiling.
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
  readonly declared: DeclaredPace | undefined
}

/** What a server's headers allow. */
export interface DeclaredPace {
  /** Requests per second that its windows allow one after the other. */
  readonly sustained: number
  /** Requests per second that the present window has left, where that is known. */
  readonly left: number | undefined
  /** When the present window ends, epoch milliseconds. */
  readonly until: number
}

const secondsToCeiling = 4
const afterRefusal = { base: 0.75, target: 0.9, seconds: 5, probePerSecond: 0.004, patientSeconds: 50 }
/** A refusal takes the rate to a quarter at most: others may have used up the limit. */
const largestStep = 0.25
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
    lowered: false,
    declared: undefined
  }
}

/** The highest rate that is allowed at all at `now`. */
const boundAt = ({ ceiling, declared }: Pace, now: number): number => {
  if (declared === undefined) return ceiling
  const left = declared.left === undefined || now >= declared.until ? ceiling : declared.left
  return Math.max(minRequestsPerSecond, Math.min(ceiling, declared.sustained, left))
}

/** What the climb and the probing have come to. */
const climbedAt = ({ base, climb, probe, since, target }: Pace, now: number): number => {
  if (since === undefined) return base
  const elapsed = Math.max(0, now - since) / 1000
  const climbing = climb > 0 ? Math.min(elapsed, (target - base) / climb) : elapsed
  const probing = elapsed - climbing
  const hurry = Math.max(0, probing / afterRefusal.patientSeconds - 1)
  return base + climb * climbing + probe * probing * (1 + hurry) ** 2
}

/** Requests per second at `now`. */
export const rateAt = (pace: Pace, now: number): number => Math.min(boundAt(pace, now), climbedAt(pace, now))

/** The climb begins with the first request, not with the process. */
export const started = (pace: Pace, now: number): Pace => (pace.since === undefined ? { ...pace, since: now } : pace)

/** A request that was refused for its rate. */
export interface RefusedRequest {
  /** Epoch milliseconds. */
  readonly admittedAt: number
  /** How many requests of the second before `admittedAt` were not refused. */
  readonly letThrough: number
  /** Until when the budget rests, epoch milliseconds. */
  readonly resumesAt: number
}

/** A request was refused. */
export const refused = (pace: Pace, { admittedAt, letThrough, resumesAt }: RefusedRequest, now: number): Pace => {
  if (pace.lowered && pace.since !== undefined && admittedAt <= pace.since) return pace
  const rate = rateAt(pace, now)
  // Refused after a second without any: the window is longer than a second, and still full.
  const limit = letThrough === 0 ? rate : Math.max(largestStep * rate, Math.min(rate, letThrough))
  const base = Math.max(minRequestsPerSecond, limit * afterRefusal.base)
  const target = Math.max(base, limit * afterRefusal.target)
  return {
    ...pace,
    base,
    target,
    climb: (target - base) / afterRefusal.seconds,
    probe: limit * afterRefusal.probePerSecond,
    since: Math.max(now, resumesAt),
    lowered: true
  }
}

/** The server says what it allows: that is the rate, at once, unless it has refused as much. */
export const declared = (pace: Pace, allowed: DeclaredPace, now: number): Pace =>
  pace.lowered
    ? { ...pace, declared: allowed }
    : { ...pace, base: pace.ceiling, target: pace.ceiling, climb: 0, probe: 0, since: now, declared: allowed }
