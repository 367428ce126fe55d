/**
 * One cell: what the store is known to hold, and the changes of ours that it has not taken yet.
 *
 * 1. A change is applied to what this process sees, at once, and put at the end of the changes that are to be written.
 * 2. Writing applies them to the value last known and sends it with its version.
 * 3. The store has another version: it answers with the value it has; back to 2.
 * 4. The store is away: the changes stay, and go with the next one, or when somebody looks.
 *
 * A change that changes nothing is not written.
 */
import type { Cell } from "@athena-engine/athena-core/coordination/SharedState"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { Effect, Semaphore } from "effect"

/** A value and its version; 0 before anybody wrote. */
export interface Versioned<A> {
  readonly version: number
  readonly value: A
}

/** How a cell reaches the store. */
export interface Access<A> {
  /** Absent when there is none, or none of another version than `known`. */
  readonly read: (known: number) => Effect.Effect<Versioned<A> | undefined, DatabaseError>
  readonly write: (
    expected: number,
    value: A
  ) => Effect.Effect<{ readonly isWritten: boolean; readonly now: Versioned<A> | undefined }, DatabaseError>
}

export interface StoredCell<A> extends Pick<Cell<A>, "current" | "update"> {
  readonly version: () => number
  readonly hasUnwritten: () => boolean
  /** The store has this. */
  readonly learn: (found: Versioned<A>) => void
  readonly flush: Effect.Effect<void, DatabaseError>
  readonly refresh: Effect.Effect<A, DatabaseError>
}

export const makeStoredCell = <A>(initial: A, access: Access<A>): StoredCell<A> => {
  const writing = Semaphore.makeUnsafe(1)
  let known: Versioned<A> = { version: 0, value: initial }
  let unwritten: ReadonlyArray<(value: A) => A> = []
  let seen = initial

  const applied = (value: A) => unwritten.reduce((result, change) => change(result), value)

  const learn = (found: Versioned<A>) => {
    if (found.version === known.version) return
    known = found
    seen = applied(found.value)
  }

  const write = Effect.gen(function* () {
    while (unwritten.length > 0) {
      const changes = unwritten
      const value = applied(known.value)
      if (value !== known.value) {
        const { isWritten, now } = yield* access.write(known.version, value)
        // Emptied meanwhile: begins anew, with what we know.
        if (now === undefined) known = { version: 0, value: known.value }
        else known = isWritten ? { version: now.version, value } : now
        if (!isWritten) {
          seen = applied(known.value)
          continue
        }
      }
      unwritten = unwritten.slice(changes.length)
      seen = applied(known.value)
    }
  })
  const flush = writing.withPermit(write)

  return {
    current: () => seen,
    version: () => known.version,
    hasUnwritten: () => unwritten.length > 0,
    learn,
    flush,
    update: (change) =>
      Effect.suspend(() => {
        unwritten = [...unwritten, change]
        seen = change(seen)
        return Effect.map(Effect.ignore(flush), () => seen)
      }),
    refresh: Effect.gen(function* () {
      yield* flush
      const found = yield* access.read(known.version)
      if (found !== undefined) learn(found)
      return seen
    })
  }
}
