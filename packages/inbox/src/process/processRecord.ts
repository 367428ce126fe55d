/**
 * One turn of one record: read it as it is now, store it, and be done with its events.
 *
 * claimed → (database's time) → read, audited → one transaction: claim still ours? → record stored → events done, owed
 * to handlers, record clean
 *
 * - Killed before the transaction is committed: the claim runs out, somebody reads the record again. Nothing was stored.
 * - Killed after it: the events are done, and what handlers are owed for them is written. What was read is stored.
 * - The claim ran out while the record was read, and somebody else has it: nothing is stored; theirs is the newer reading.
 * - An event came meanwhile: it was not among those that were claimed, stays `pending`, and the record's turn comes again.
 *
 * So the events of one record are done in the order in which they came, whoever does it, and a record is never stored older than
 * it was. What fails is put back; see `verdict.ts` for how long.
 */
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import type { KnowDepartment } from "@athena-engine/sync/fresh/knownDepartments"
import { failureOf, type RunError } from "@athena-engine/sync/runs/RunError"
import { databaseTime, type Run } from "@athena-engine/sync/runs/Runs"
import { noRows } from "@athena-engine/sync/runs/SyncResult"
import { Effect, Metric } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { HandlersShape } from "../handlers/Handlers.ts"
import { tableOf } from "./readers.ts"
import { pauseForOutage, pauseUntil } from "./sql/pauses.ts"
import { type PutBack, putBack } from "./sql/putBack.ts"
import { lockClaim, settle } from "./sql/settle.ts"
import { mostAttempts, ReadingSlow, verdictOf, waitAfter, waitForOurselves } from "./verdict.ts"
import { leaseSeconds, type Work } from "./Work.ts"

/** Whose work it is. */
export interface Holder {
  readonly runId: RunId
  /** In words, for whoever looks into the table. */
  readonly holder: string
}

/** Whose work it is, with what they know. */
export interface Worker extends Holder {
  readonly know: KnowDepartment
  readonly handlers: HandlersShape
}

/** `done`: stored, its events are done · `lost`: somebody else has it · `back`: its turn comes again · `dead`: given up. */
export type Outcome = "done" | "lost" | "back" | "dead"

/** How long asking whether a practice answers at all may take. */
const pingSeconds = 8
/** The claim must hold while what was read is stored, and while it is found out why nothing was. */
const patienceSeconds = leaseSeconds - pingSeconds - 4

const readAndStore = Effect.fnUntraced(function* (work: Work, by: Worker) {
  const sql = yield* SqlClient
  const table = tableOf(work.resource)
  const run: Run = {
    runId: by.runId,
    holder: by.holder,
    practiceId: work.practiceId,
    resource: table?.resource ?? "appointments",
    scope: "event"
  }
  const wanted = by.handlers.wantedOf(work.resource)
  const isOwed = work.events.some(({ topic }) => wanted.topics.includes(topic))
  const isKept = isOwed && table !== undefined
  const readAt = yield* databaseTime
  const fresh =
    table === undefined
      ? { record: undefined, store: () => Effect.succeed(noRows) }
      : yield* table.read(run, work.resourceId, by.know)
  return yield* sql
    .withTransaction(
      Effect.gen(function* () {
        const generation = yield* lockClaim(work)
        if (generation === undefined) return "lost" as const
        yield* fresh.store(readAt)
        // Kept before anybody can see that it is owed.
        if (isKept) yield* by.handlers.readings.keep(work.fence, fresh.record)
        yield* settle(work, generation, { wanted, keptBy: isKept ? by.handlers.readings.name : null })
        return "done" as const
      })
    )
    .pipe(mapSqlError("inbox.settle"), Effect.tap(isOwed ? by.handlers.wake : Effect.void))
})

const back = (tag: string, waitMillis: number): PutBack => ({ tag, waitMillis, isAttempt: false, isLast: false })

const backAfterAttempt = (work: Work, tag: string): PutBack => ({
  tag,
  waitMillis: waitAfter(work.attempts),
  isAttempt: true,
  isLast: work.attempts + 1 >= mostAttempts
})

/** Pauses the practice where it is the practice, and says what becomes of the record. */
const judge = Effect.fnUntraced(function* (work: Work, error: RunError | ReadingSlow) {
  const tag = error._tag === "ReadingSlow" ? error._tag : failureOf(error).tag
  const verdict = verdictOf(error)
  switch (verdict._tag) {
    case "Told":
      yield* pauseUntil(work.practiceId, verdict.retryAt, tag)
      return back(tag, 0)
    case "Out":
      yield* pauseForOutage(work.practiceId, tag)
      return back(tag, 0)
    case "Ours":
      return back(tag, waitForOurselves)
    case "Unclear": {
      const answers = yield* Effect.isSuccess(Effect.timeout(Ping.check(work.practiceId), `${pingSeconds} seconds`))
      if (answers) return backAfterAttempt(work, tag)
      yield* pauseForOutage(work.practiceId, tag)
      return back(tag, 0)
    }
    case "Record":
      return backAfterAttempt(work, tag)
  }
})

const outcomes = Metric.counter("athena_webhook_records_total", {
  description: "Turns of records, by what came of them: done, lost, back, dead",
  incremental: true
})

/** Reads the record and is done with its events, or puts it back. Never fails: a database that is away ends the claim by time. */
export const processRecord = (work: Work, by: Worker) =>
  readAndStore(work, by).pipe(
    Effect.timeoutOrElse({
      duration: `${patienceSeconds} seconds`,
      orElse: () => Effect.fail(new ReadingSlow())
    }),
    Effect.catch((error) =>
      Effect.gen(function* () {
        const decision = yield* judge(work, error)
        yield* putBack(work, decision)
        const log = decision.isAttempt ? Effect.logWarning : Effect.logInfo
        yield* log(decision.isLast ? "A record was given up" : "A record could not be read now").pipe(
          Effect.annotateLogs({ errorTag: decision.tag, waitMillis: decision.waitMillis, attempts: work.attempts })
        )
        return decision.isLast ? ("dead" as const) : ("back" as const)
      })
    ),
    Effect.onInterrupt(() => Effect.ignore(putBack(work, back("Stopped", 0)))),
    Effect.catchCause((cause) =>
      Effect.as(Effect.logWarning("A record was left to its claim's end", cause), "lost" as const)
    ),
    Effect.tap((outcome) => Metric.update(Metric.withAttributes(outcomes, { outcome, resource: work.resource }), 1)),
    Priority.events,
    Effect.annotateLogs({ practiceId: work.practiceId, resource: work.resource, recordId: work.resourceId }),
    Effect.withSpan("webhook record", {
      attributes: { "athena.practice_id": work.practiceId, "athena.resource": work.resource }
    })
  )
