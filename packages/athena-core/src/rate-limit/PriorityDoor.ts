/**
 * A semaphore whose permits go to the most urgent of those who wait, and among equals to the first who came. Whose turn it
 * is, `Turns` says.
 *
 * - A free permit is taken at once, where nobody waits.
 * - A permit that is given back goes to one who waits, and is not free in between: nobody can slip in.
 * - Whoever is interrupted while waiting leaves the line; one who had just been given a permit gives it back.
 */
import { Deferred, Effect } from "effect"
import { CurrentPriority, type Priority, priorities } from "./Priority.ts"
import { makeTurns } from "./Turns.ts"

export interface PriorityDoor {
  /** Waits for a permit by the caller's priority, runs `effect` with it, and gives it back. */
  readonly withPermit: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The most urgent who waits. */
  readonly mostUrgent: () => Priority | undefined
}

export const makePriorityDoor = (permits: number): PriorityDoor => {
  const turns = makeTurns()
  const lines: Record<Priority, Set<Deferred.Deferred<void>>> = {
    interactive: new Set(),
    events: new Set(),
    sync: new Set()
  }
  let free = permits

  const giveBack = Effect.suspend(() => {
    const priority = turns.next((priority) => lines[priority].size > 0)
    const [first] = priority === undefined ? [] : lines[priority]
    if (priority === undefined || first === undefined) {
      free += 1
      return Effect.void
    }
    lines[priority].delete(first)
    return Effect.asVoid(Deferred.succeed(first, undefined))
  })

  const take = (priority: Priority, restore: <A>(effect: Effect.Effect<A>) => Effect.Effect<A>) =>
    Effect.suspend(() => {
      if (free > 0) {
        free -= 1
        return Effect.void
      }
      const turn = Deferred.makeUnsafe<void>()
      lines[priority].add(turn)
      return Effect.onInterrupt(restore(Deferred.await(turn)), () =>
        Effect.suspend(() => (lines[priority].delete(turn) ? Effect.void : giveBack))
      )
    })

  return {
    mostUrgent: () => priorities.find((priority) => lines[priority].size > 0),
    withPermit: (effect) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(CurrentPriority, (priority) =>
          Effect.andThen(take(priority, restore), Effect.ensuring(restore(effect), giveBack))
        )
      )
  }
}
