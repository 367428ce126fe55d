/**
 * What follows a run.
 */
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { sweepRunId } from "@athena-engine/sync/feeds/sweepRunId"
import { type Duration, Effect, Exit, Fiber, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** Calls that a run put into the audit trail. */
export const auditEventsOf = (runId: RunId) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly count: number }>`
      select count(*)::int as count from audit.events where run_id in (${runId}, ${sweepRunId(runId)})`
  ).pipe(
    Effect.map(([row]) => row?.count ?? 0),
    mapSqlError("audit.count")
  )

/**
 * What follows a run is left out if it cannot be had in time: a database that is gone must not take the report with it.
 * On a fiber of its own, since interrupting a statement on a dead connection takes a time of its own, and such a
 * connection may end it as if it had been interrupted.
 */
export const afterRun = <A, E, R>(work: Effect.Effect<A, E, R>, patience: Duration.Input, otherwise: A) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkDetach(work)
    const exit = yield* Fiber.await(fiber).pipe(
      Effect.timeoutOption(patience),
      Effect.ensuring(Effect.sync(() => fiber.interruptUnsafe()))
    )
    if (Option.isSome(exit) && Exit.isSuccess(exit.value)) return exit.value.value
    yield* Effect.logError("The audit trail could not be read after the run; check it with audit verify")
    return otherwise
  })
