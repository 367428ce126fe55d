/**
 * Whose turn it is among those who wait, by priority, with a guaranteed share for the lower ones.
 *
 * The most urgent goes first. Where somebody less urgent waits, every turn adds its share to what it is owed, and with a
 * whole turn owed it goes next. So whoever waits all the time gets: a sync 1 of any 10 turns that follow each other, requests
 * for events 2 of any 11, and interactive requests the rest. A share that nobody waits for is not saved up.
 */
import { type Priority, priorities } from "./Priority.ts"

/** Of the turns, while somebody of that priority waits. */
const guaranteedShare: Readonly<Record<Priority, number>> = { interactive: 0, events: 0.2, sync: 0.1 }

export interface Turns {
  /** Whose turn it is, of those for whom somebody waits; none where nobody does. */
  readonly next: (isWaiting: (priority: Priority) => boolean) => Priority | undefined
}

/** Sums of tenths are not exact. */
const almostOne = 1 - 1e-9

export const makeTurns = (): Turns => {
  const owed: Record<Priority, number> = { interactive: 0, events: 0, sync: 0 }

  return {
    next: (isWaiting) => {
      const waiting = priorities.filter(isWaiting)
      for (const priority of priorities) {
        owed[priority] = waiting.includes(priority) ? Math.min(2, owed[priority] + guaranteedShare[priority]) : 0
      }
      // The least urgent first: it is owed a turn the least often, and must not wait for the other's too.
      const chosen = waiting.findLast((priority) => owed[priority] >= almostOne) ?? waiting[0]
      if (chosen !== undefined) owed[chosen] = Math.max(0, owed[chosen] - 1)
      return chosen
    }
  }
}
