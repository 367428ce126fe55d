/**
 * Closes, in the audit trail, the calls that never came back: those of runs that were killed, and of runs that ended since
 * the trail could take no outcomes any more. Their intents have no outcome and never will: a recovery event says which
 * practice and endpoint was asked and when, and that what came back is unknown.
 *
 * Safe to repeat; a call is closed once. An outcome that arrives late all the same is the one that is shown.
 */
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as UnfinishedCalls from "@athena-engine/audit/recovery/UnfinishedCalls"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/**
 * Runs that a later run of the same practice found dead (it holds their lease), or that wrote why they ended, after the
 * last of their calls.
 */
const endedRuns = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly runId: string }>`
    select distinct run_id as "runId" from athena.sync_runs
    where error_tag is not null and finished_at > now() - interval '30 days'`
).pipe(mapSqlError("runs.ended"))

export const closeKilledRuns = Effect.gen(function* () {
  const runs = (yield* endedRuns).map(({ runId }) => RunId.make(runId))
  if (runs.length === 0) return
  const { closed } = yield* UnfinishedCalls.closeUnfinished({ runs })
  if (closed > 0) {
    yield* Effect.logWarning(
      "Calls that never came back were closed in the audit trail; what they returned is unknown"
    ).pipe(Effect.annotateLogs({ count: closed }))
  }
})
