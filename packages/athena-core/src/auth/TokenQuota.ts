/**
 * The vendor's quota of token requests, kept here so that a restart loop cannot lock the app out: never more than
 * `perMinute` in any minute, wherever the vendor's minutes begin, of all processes that share tokens.
 */
import { Clock, DateTime, Duration, Effect, Schema } from "effect"
import type { CellKind, SharedState } from "../coordination/SharedState.ts"

export interface TokenQuota {
  /** Takes a place, at once or when one is free. A caller who will not wait until `retryAt` takes none. */
  readonly take: <E>(tooLong: (retryAt: DateTime.Utc) => E) => Effect.Effect<void, E>
  /** Gives back the place that this process took last: the request never reached the vendor. */
  readonly giveBack: Effect.Effect<void>
}

/** When the last requests were sent, or will be; oldest first, epoch milliseconds. */
const places: CellKind<ReadonlyArray<number>> = {
  schema: Schema.toCodecJson(Schema.Array(Schema.Finite)),
  initial: [],
  shifted: (taken, millis) => taken.map((time) => time + millis),
  // No secret, but known to those alone who share the token: whoever fetches one for itself alone has the server to tell it.
  isSecret: true
}

/** Processes that use the same `name` share the quota. */
export const makeTokenQuota = (
  shared: SharedState["Service"],
  name: string,
  perMinute: number,
  maxWait: Duration.Duration
): TokenQuota => {
  const cell = shared.cell(name, places)
  let last: number | undefined

  const without = (taken: ReadonlyArray<number>, place: number) => {
    const index = taken.lastIndexOf(place)
    return index < 0 ? taken : taken.toSpliced(index, 1)
  }

  const giveBack = Effect.suspend(() => {
    const place = last
    last = undefined
    return place === undefined ? Effect.void : Effect.asVoid(cell.update((taken) => without(taken, place)))
  })

  return {
    take: Effect.fnUntraced(function* (tooLong) {
      const now = yield* Clock.currentTimeMillis
      let free = now
      yield* cell.update((taken) => {
        free = Math.max(now, (taken.at(-perMinute) ?? Number.NEGATIVE_INFINITY) + 60_000)
        return free - now > Duration.toMillis(maxWait) ? taken : [...taken, free].slice(-2 * perMinute)
      })
      const place = free
      if (place - now > Duration.toMillis(maxWait)) {
        return yield* Effect.fail(tooLong(DateTime.makeUnsafe(place)))
      }
      last = place
      if (place <= now) return
      yield* Effect.onInterrupt(Effect.sleep(Duration.millis(place - now)), () => giveBack)
      // A machine that wakes late sends late, and the next minute begins then.
      const sentAt = yield* Clock.currentTimeMillis
      if (sentAt <= place) return
      last = sentAt
      yield* cell.update((taken) => [...without(taken, place), sentAt].toSorted((a, b) => a - b))
    }),
    giveBack
  }
}
