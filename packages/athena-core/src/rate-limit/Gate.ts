/**
 * The door that every request of one practice (or of the whole app) passes, one at a time and in order of arrival.
 *
 * Whoever stands in the door waits for the pause that the server asked for, if any, and for the next beat of the pace;
 * the others wait behind it. So a change of pace counts from the next request on, and after a pause the requests leave
 * evenly instead of all at once. A pause longer than the caller's patience fails with the time it ends, at once and for
 * everyone who waits, also when it grows so long while they wait.
 *
 * The beat is Effect's `RateLimiter` with one token: N a second never puts more than N + 1 into any sliding second,
 * however late a busy machine wakes the one who waits. Late by whole beats, it may send the next one at once, and no more.
 */
import { Clock, DateTime, Duration, Effect, Latch, Random, Schema, Semaphore } from "effect"
import type { RateLimiter } from "effect/persistence"
import { LastAdmissions } from "./LastAdmissions.ts"
import { type DeclaredPace, declared, type Pace, rateAt, refused, started } from "./Pace.ts"

/** The budget rests until `retryAt`, longer than `maxWait`. */
export class PausedTooLong extends Schema.TaggedError<PausedTooLong>()("PausedTooLong", {
  retryAt: Schema.DateTimeUtc
}) {}

export interface GateState {
  readonly requestsPerSecond: number
  /** Epoch milliseconds; in the past when the gate is open. */
  readonly pausedUntil: number
}

/** Let through at `at`, epoch milliseconds. */
export interface Admitted<A> {
  readonly at: number
  readonly value: A
}

export interface Gate {
  /** Waits for its turn, then for `inner` (the next gate, say) while still standing in the door. */
  readonly admit: <A, E, R>(inner: Effect.Effect<A, E, R>) => Effect.Effect<Admitted<A>, E | PausedTooLong, R>
  /** A request admitted at `admittedAt` was refused; `resumesAt` is what the server said, if it said anything. */
  readonly refused: (admittedAt: number, resumesAt: number | undefined) => Effect.Effect<void>
  /** A request was answered. */
  readonly accepted: Effect.Effect<void>
  /** The server's headers allow so much. */
  readonly declared: (allowed: DeclaredPace) => Effect.Effect<void>
  /** Rests until then, whatever the pace. */
  readonly pauseUntil: (time: number) => Effect.Effect<void>
  readonly state: Effect.Effect<GateState>
}

/** The beat is 4 % slower than the rate, so that 40 ms of jitter on the wire do not add up to one request too many. */
const beatAllowance = 1.04
/** `Retry-After: 0` and the like still mean that something was refused. */
const minPause = 300
/**
 * Refused without a word: 1 s doubling to 30 s, with half of it left to chance. What the server said counts for more, but
 * when it has proved too short (the next request was refused too) this is the least.
 */
const ownPause = (consecutive: number, isTold: boolean, chance: number) =>
  isTold && consecutive === 1 ? minPause : Math.min(30_000, 1000 * 2 ** (consecutive - 1)) * (0.5 + chance / 2)

export const makeGate = (
  key: string,
  limiter: RateLimiter.RateLimiter,
  initial: Pace,
  maxWait: Duration.Duration
): Gate => {
  const door = Semaphore.makeUnsafe(1)
  const pauseGrew = Latch.makeUnsafe(false)
  const admissions = new LastAdmissions()
  let pace = initial
  let pausedUntil = 0
  let consecutiveRefusals = 0

  const restUntil = (time: number) =>
    Effect.suspend(() => {
      // Whole milliseconds: the clock has no finer ones, and a wait of a part of one never ends.
      const until = Math.ceil(time)
      if (until <= pausedUntil) return Effect.void
      pausedUntil = until
      return Effect.asVoid(pauseGrew.release)
    })

  const isTooLong = (now: number) => pausedUntil - now > Duration.toMillis(maxWait)

  /** Ends, by failing, when the pause is longer than anyone's patience. */
  const outOfPatience: Effect.Effect<never, PausedTooLong> = Effect.gen(function* () {
    for (;;) {
      if (isTooLong(yield* Clock.currentTimeMillis)) {
        return yield* new PausedTooLong({ retryAt: DateTime.makeUnsafe(pausedUntil) })
      }
      yield* pauseGrew.await
    }
  })

  const waitForPause: Effect.Effect<void> = Effect.gen(function* () {
    for (;;) {
      const wait = pausedUntil - (yield* Clock.currentTimeMillis)
      if (wait <= 0) return
      yield* Effect.sleep(Duration.millis(Math.ceil(wait)))
    }
  })

  const waitForBeat = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    pace = started(pace, now)
    const window = Duration.millis((1000 * beatAllowance) / rateAt(pace, now))
    const { delay } = yield* limiter.consume({ key, limit: 1, window, algorithm: "token-bucket", onExceeded: "delay" })
    if (!Duration.isZero(delay)) yield* Effect.sleep(delay)
  })

  const turn = <A, E, R>(inner: Effect.Effect<A, E, R>): Effect.Effect<Admitted<A>, E, R> =>
    Effect.gen(function* () {
      for (;;) {
        yield* waitForPause
        // The memory store of the limiter has no failures of its own.
        yield* Effect.orDie(waitForBeat)
        const value = yield* inner
        const at = yield* Clock.currentTimeMillis
        // Someone may have been refused while we waited.
        if (pausedUntil > at) continue
        admissions.add(at)
        return { at, value }
      }
    })

  return {
    admit: (inner) => Effect.raceFirst(outOfPatience, door.withPermit(turn(inner))),
    refused: (admittedAt, resumesAt) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const isSameEpisode = pausedUntil > now && admittedAt < now
        if (!isSameEpisode) consecutiveRefusals += 1
        const chosen = isSameEpisode
          ? minPause
          : ownPause(consecutiveRefusals, resumesAt !== undefined, yield* Random.next)
        if (resumesAt !== undefined || !isSameEpisode) yield* restUntil(Math.max(now + chosen, resumesAt ?? 0))
        admissions.remove(admittedAt)
        const letThrough = admissions.between(admittedAt - 1000, admittedAt)
        pace = refused(pace, { admittedAt, letThrough, resumesAt: pausedUntil }, now)
      }),
    accepted: Effect.sync(() => {
      consecutiveRefusals = 0
    }),
    declared: (allowed) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        pace = declared(pace, allowed, now)
      }),
    pauseUntil: restUntil,
    state: Effect.map(Clock.currentTimeMillis, (now) => ({ requestsPerSecond: rateAt(pace, now), pausedUntil }))
  }
}
