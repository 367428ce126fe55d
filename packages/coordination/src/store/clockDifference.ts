/**
 * How far the database's clock is ahead of ours, from the moment that came with an answer. Each answer tells it to within
 * half its round trip; the quickest one of the last minute is believed, so that what is written and read again does not creep.
 */
export interface ClockDifference {
  /** An answer to what was asked at `askedAt` came at `now`, and said that it was `moment`. All epoch milliseconds. */
  readonly learn: (askedAt: number, moment: number, now: number) => void
  readonly millis: () => number
}

const believedForMillis = 60_000

export const makeClockDifference = (): ClockDifference => {
  let best: { readonly millis: number; readonly roundTrip: number; readonly at: number } | undefined
  return {
    learn: (askedAt, moment, now) => {
      const roundTrip = now - askedAt
      if (best !== undefined && best.roundTrip <= roundTrip && now - best.at < believedForMillis) return
      best = { millis: moment - (askedAt + now) / 2, roundTrip, at: now }
    },
    millis: () => best?.millis ?? 0
  }
}
