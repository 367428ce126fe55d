/**
 * Lives through a short absence of the database: a restart, a failover, a session that an operator ended.
 *
 * An operation that meets a database that is away is repeated as a whole until it is back, for 20 s: shorter than
 * the 27 s after which a lease of 30 s counts as lost, so that whoever waits in here still has a right to what follows. A
 * database that stays away longer ends in the `DatabaseError` of the last attempt.
 *
 * What is repeated must be safe to repeat when its first attempt was committed all the same: a connection that breaks
 * during COMMIT tells nobody. Reads and upserts are; a transaction that counts must look for what it left behind first.
 */
import { Effect, Schedule } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError, mapSqlError } from "../errors/DatabaseError.ts"

/** 50 ms doubling to 2 s, jittered, for 20 s in all. */
const untilBack = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")]).pipe(
  Schedule.jittered,
  Schedule.upTo({ duration: "20 seconds" })
)

/**
 * `mapSqlError` with patience: repeats the effect, from its first statement on, while the database is away. Give it a whole
 * transaction, never a part of one.
 */
export const rideOut =
  (operation: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError, R> =>
    Effect.suspend(() => {
      let isToldOf = false
      const tell = Effect.suspend(() => {
        if (isToldOf) return Effect.void
        isToldOf = true
        return Effect.logWarning("The database is away; waiting for it to come back")
      })
      return mapSqlError(operation)(effect).pipe(
        Effect.tapError((error) => (isAway(error) ? tell : Effect.void)),
        Effect.retry({ schedule: untilBack, while: isAway })
      )
    })

const isAway = (error: unknown): boolean => error instanceof DatabaseError && error.isAway
