/**
 * The vendor's quota of token requests, kept here so that a restart loop cannot lock the app out: never more than
 * `perMinute` in any minute, wherever the vendor's minutes begin.
 */
import { Clock, type DateTime, DateTime as DateTimes, Duration, Effect, Semaphore } from "effect"

export interface TokenQuota {
  /** Takes a place, at once or when one is free. A caller who will not wait until `retryAt` takes none. */
  readonly take: <E>(tooLong: (retryAt: DateTime.Utc) => E) => Effect.Effect<void, E>
  /** Gives back the place that was taken last: the request never reached the vendor. */
  readonly giveBack: Effect.Effect<void>
}

export const makeTokenQuota = (perMinute: number, maxWait: Duration.Duration): TokenQuota => {
  const turn = Semaphore.makeUnsafe(1)
  /** Of the last `perMinute` requests, oldest first, epoch milliseconds. */
  const taken: Array<number> = []

  return {
    take: (tooLong) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const oldest = taken.length < perMinute ? undefined : taken[0]
        const free = oldest === undefined ? now : oldest + 60_000
        if (free - now > Duration.toMillis(maxWait)) return yield* Effect.fail(tooLong(DateTimes.makeUnsafe(free)))
        if (free > now) yield* Effect.sleep(Duration.millis(free - now))
        if (oldest !== undefined) taken.shift()
        taken.push(Math.max(free, yield* Clock.currentTimeMillis))
      }).pipe(turn.withPermit),
    giveBack: Effect.sync(() => void taken.pop())
  }
}
