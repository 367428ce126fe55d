/**
 * Commits a piece of a run's work exactly once, also if the database goes away meanwhile.
 *
 * In one transaction: lease still held → (repeated: is it there already?) → work, with its counts in the run's row
 *
 * The connection breaks
 * - before COMMIT left: the server rolls back, and the whole transaction is repeated, from the lease on;
 * - between COMMIT and its answer: nobody knows. The repetition locks the run's row first. A transaction that can still commit
 *   has written that row, so the lock waits until it has ended, one way or the other; then what it leaves behind tells. If it is
 *   there, the counts of that attempt stand, and nothing is counted twice;
 * - and stays away: the run ends with the error, and the next one goes on behind what was committed.
 */
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import type { LeaseLost } from "@athena-engine/database/locks/LeaseErrors"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { lockRun, type Run } from "./Runs.ts"
import type { RowCounts } from "./SyncResult.ts"

export interface Piece<E, R> {
  /** A constant, for errors: `appointments.commit`. */
  readonly operation: string
  /** Writes, adds its counts to the run's row, and answers them. */
  readonly work: Effect.Effect<RowCounts, E, R>
  /** Whether what `work` leaves behind is there. Asked while the run's row is locked. */
  readonly isCommitted: Effect.Effect<boolean, SqlError, SqlClient>
}

export const commitOnce = Effect.fnUntraced(function* <E, R>(
  run: Run,
  lease: Lease,
  piece: Piece<E, R>
): Effect.fn.Return<RowCounts, Exclude<E, SqlError> | LeaseLost | DatabaseError, R | SqlClient> {
  const sql = yield* SqlClient
  // Of the last attempt that came as far as its COMMIT.
  let sent: RowCounts | undefined
  const attempt = Effect.gen(function* () {
    yield* lease.assertHeld
    if (sent !== undefined) {
      yield* lockRun(run)
      if (yield* piece.isCommitted) return sent
    }
    sent = yield* piece.work
    return sent
  })
  return yield* rideOut(piece.operation)(sql.withTransaction(attempt))
})
