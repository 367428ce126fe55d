/**
 * How many of a practice's rows are held in memory between being read and being stored. A practice of some dozen
 * appointments a day has many days under way at once; of one with thousands a day, a day or two.
 *
 * How many rows a day has is known from its first page only. So a day begins with as much room as the one before it
 * needed; one that turns out to need more waits for its turn among those, and nobody who waits so is waited for.
 */
import { Effect, Scope, Semaphore } from "effect"

/** Rows that are in hand at the same time, unless a single day has more. */
const room = 6000
/** What a day takes at least: so that eight small ones fit. */
const leastRoom = 750

/** Told how many rows a list has; holds its reader back until there is room for them. */
export type MakeRoom = (rows: number) => Effect.Effect<void>

export interface RowsInHand {
  /** Runs the reading and storing of one day. */
  readonly hold: <A, E, R>(day: (makeRoom: MakeRoom) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export const makeRowsInHand: Effect.Effect<RowsInHand> = Effect.gen(function* () {
  const within = yield* Semaphore.make(room)
  const oversize = yield* Semaphore.make(1)
  let expected = leastRoom

  const hold: RowsInHand["hold"] = (day) =>
    Effect.suspend(() => {
      const reserved = expected
      const inTurn = Effect.gen(function* () {
        const scope = yield* Effect.scope
        let needed = 0
        return yield* day((rows) =>
          Effect.suspend(() => {
            const hadRoom = needed <= reserved
            needed += rows
            expected = Math.min(room, Math.max(leastRoom, needed))
            const takesTurn = hadRoom && needed > reserved
            return takesTurn
              ? Scope.provide(
                  Effect.acquireRelease(oversize.take(1), () => oversize.release(1)),
                  scope
                )
              : Effect.void
          })
        )
      })
      return within.withPermits(reserved)(Effect.scoped(inTurn))
    })
  return { hold }
})
