/**
 * Closes calls that never came back.
 *
 * A process that dies between intent and outcome leaves a call of which nobody knows whose data it
 * returned. A later process closes it with a recovery entry that says so: the practice, endpoint,
 * parameters (the window of a list among them) and time of the call, and who found it. `audit.events`
 * shows such a call as `unknown`, before and after.
 *
 * Safe beside live processes: the calls are looked up and closed while their chain's head is locked,
 * so no call is closed twice, and none whose outcome is committed already. A slow call that was closed
 * all the same (its age was above `olderThan`) still records its outcome, and the outcome is what is shown.
 */
import { type AuditContext, CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Draft } from "../chain/AuditChain.ts"
import { type AuditTrailUnreadable, unreadable } from "../store/AuditTrailUnreadable.ts"
import { writeLocked } from "../store/EntryWriter.ts"
import { toHex } from "../store/sql/bytes.ts"
import { chainsWithUnfinished, type UnfinishedRow, unfinishedOf } from "./selectUnfinished.ts"

/** Which calls are dead: those of runs known to have ended, or those that have had more than enough time. */
export type Options = (
  | { readonly runs: ReadonlyArray<RunId> }
  | {
      /** More than a call's total deadline, retries included: an hour or more. */
      readonly olderThan: Duration.Input
    }
) & {
  /** How far back to look. Default: 30 days. */
  readonly within?: Duration.Input
}

/** Entries in one transaction. */
const maxBatch = 256

const recoveryDraft = (writerId: string, context: AuditContext, row: UnfinishedRow): Draft => ({
  entry: {
    format: 1,
    keyId: null,
    chain: row.practice_id,
    eventId: row.event_id,
    writerId,
    details: {},
    kind: "recovery",
    agent: context.agent.identity,
    host: context.agent.host,
    program: context.agent.program,
    intentSequence: Number(row.sequence),
    startedAt: row.recorded_at.toISOString(),
    endpoint: row.endpoint,
    parameters: row.parameters,
    runId: row.run_id
  },
  subjects:
    row.hash === null
      ? null
      : { hash: toHex(row.hash), patientIds: row.patient_ids ?? [], appointmentIds: row.appointment_ids ?? [] }
})

/** Closes the calls that `options` names and tells how many. Safe to repeat and to race; run it outside a transaction. */
export const closeUnfinished = Effect.fn("UnfinishedCalls.closeUnfinished")(function* (
  options: Options
): Effect.fn.Return<{ readonly closed: number }, AuditTrailUnreadable, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const context = yield* CurrentAuditContext
  const writerId = crypto.randomUUID()
  const dead = {
    runs: "runs" in options ? options.runs : null,
    olderThanMillis: "olderThan" in options ? Duration.toMillis(options.olderThan) : 0,
    withinMillis: Duration.toMillis(options.within ?? Duration.days(30))
  }
  const close = (chain: string) =>
    writeLocked(
      sql,
      { timeout: Duration.seconds(30), chains: [chain] },
      Effect.map(unfinishedOf(sql, chain, dead, maxBatch), (rows) =>
        rows.map((row) => recoveryDraft(writerId, context, row))
      )
    )
  return yield* Effect.gen(function* () {
    let closed = 0
    for (const { practice_id: chain } of yield* chainsWithUnfinished(sql, dead)) {
      let written: number
      do {
        written = (yield* close(chain)).length
        closed += written
      } while (written === maxBatch)
    }
    return { closed }
  }).pipe(unreadable("closeUnfinished"))
})
