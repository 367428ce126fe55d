/**
 * The door that every request of one practice (or of the whole app) passes, one at a time and in order of arrival.
 *
 * Whoever stands in the door waits for the pause that the server asked for, if any, and for the next beat of the pace;
 * the others wait behind it. So a change of pace counts from the next request on, and after a pause the requests leave
 * evenly instead of all at once. A pause longer than the caller's patience fails with the time it ends, at once and for
 * everyone who waits.
 *
 * The beat is Effect's `RateLimiter` with one token: N a second never puts more than N + 1 into any sliding second.
 */
import { Clock, DateTime, Duration, Effect, Random, Schema, Semaphore } from "effect"
import type { RateLimiter } from "effect/persistence"
import { declared, type Pace, rateAt, refused, started } from "./Pace.ts"

/** The budget rests until `retryAt`, longer than `maxWait`. */
export class PausedTooLong extends Schema.TaggedError<PausedTooLong>()("PausedTooLong", {
  retryAt: Schema.DateTimeUtc
}) {}

export interface GateState {
  readonly requestsPerSecond: number
  /** Epoch milliseconds; in the past when the gate is open. */
  readonly pausedUntil: number
}

export interface Gate {
  /** Waits for its turn, then for `inner` (the next gate) while still standing in the door. Gives the time of admission. */
  readonly admit: <E>(inner: Effect.Effect<unknown, E>) => Effect.Effect<number, E | PausedTooLong>
  /** A request admitted at `admittedAt` was refused; `resumesAt` is what the server said, if it said anything. */
  readonly refused: (admittedAt: number, resumesAt: number | undefined) => Effect.Effect<void>
  /** A request was answered. */
  readonly accepted: Effect.Effect<void>
  readonly declared: (requestsPerSecond: number) => Effect.Effect<void>
  /** Rests until then, whatever the pace. */
  readonly pauseUntil: (time: number) => Effect.Effect<void>
  readonly state: Effect.Effect<GateState>
}

/** The beat is 2 % slower than the rate, so that jitter on the wire does not add up to one request too many. */
const beatAllowance = 1.02
/** `Retry-After: 0` and the like still mean that something was refused. */
const minPause = 300
/** Refused without a word: 1 s doubling to 30 s, with half of it left to chance. */
const unsaidPause = (consecutive: number, chance: number) =>
  Math.min(30_000, 1000 * 2 ** (consecutive - 1)) * (0.5 + chance / 2)

export const makeGate = (
  key: string,
  limiter: RateLimiter.RateLimiter,
  initial: Pace,
  maxWait: Duration.Duration
): Gate => {
  const door = Semaphore.makeUnsafe(1)
  let pace = initial
  let pausedUntil = 0
  let consecutiveRefusals = 0

  const waitForPause: Effect.Effect<void, PausedTooLong> = Effect.gen(function* () {
    for (;;) {
      const now = yield* Clock.currentTimeMillis
      const wait = pausedUntil - now
      if (wait <= 0) return
      if (wait > Duration.toMillis(maxWait)) {
        return yield* new PausedTooLong({ retryAt: DateTime.makeUnsafe(pausedUntil) })
      }
      yield* Effect.sleep(Duration.millis(wait))
    }
  })

  const waitForBeat = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    pace = started(pace, now)
    const window = Duration.millis((1000 * beatAllowance) / rateAt(pace, now))
    const { delay } = yield* limiter.consume({ key, limit: 1, window, algorithm: "token-bucket", onExceeded: "delay" })
    if (!Duration.isZero(delay)) yield* Effect.sleep(delay)
  })

  const admit = <E>(inner: Effect.Effect<unknown, E>): Effect.Effect<number, E | PausedTooLong> =>
    Effect.gen(function* () {
      for (;;) {
        yield* waitForPause
        // The memory store of the limiter has no failures of its own.
        yield* Effect.orDie(waitForBeat)
        yield* inner
        const now = yield* Clock.currentTimeMillis
        // Someone may have been refused while we waited.
        if (pausedUntil <= now) return now
      }
    }).pipe(door.withPermit)

  const onRefused = (admittedAt: number, resumesAt: number | undefined) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const isSameEpisode = pausedUntil > now && admittedAt < now
      if (!isSameEpisode) consecutiveRefusals += 1
      const until = Math.max(now + minPause, resumesAt ?? now + unsaidPause(consecutiveRefusals, yield* Random.next))
      // Whole milliseconds: the clock has no finer ones, and a wait of a part of one never ends.
      pausedUntil = resumesAt === undefined && isSameEpisode ? pausedUntil : Math.max(pausedUntil, Math.ceil(until))
      pace = refused(pace, admittedAt, now, pausedUntil)
    })

  return {
    admit,
    refused: onRefused,
    accepted: Effect.sync(() => {
      consecutiveRefusals = 0
    }),
    declared: (requestsPerSecond) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        pace = declared(pace, requestsPerSecond, now)
      }),
    pauseUntil: (time) =>
      Effect.sync(() => {
        pausedUntil = Math.max(pausedUntil, Math.ceil(time))
      }),
    state: Effect.map(Clock.currentTimeMillis, (now) => ({ requestsPerSecond: rateAt(pace, now), pausedUntil }))
  }
}
