/**
 * What `athena-sync purge` does: settings, a question, the purge, its report.
 */
import { randomUUID } from "node:crypto"
import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as UnfinishedCalls from "@athena-engine/audit/recovery/UnfinishedCalls"
import * as AuditTrailSql from "@athena-engine/audit/store/AuditTrailSql"
import { forgetPractice } from "@athena-engine/coordination/forgetPractice"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { databaseOptions, databasePlace, practiceSettings } from "@athena-engine/program/configuration/settings"
import { UsageError } from "@athena-engine/program/exit/Ended"
import { auditContext, holder } from "@athena-engine/program/services/auditContext"
import { database } from "@athena-engine/program/services/database"
import { purgePractice as purge, purgeEndpoint } from "@athena-engine/sync/purge/PurgePractice"
import { countRows } from "@athena-engine/sync/purge/practiceTables"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { Asking } from "../output/Asking.ts"
import { observability } from "../output/observability.ts"
import { remark } from "../output/print.ts"
import { printPlan, printPurge, rowsByTable } from "../output/purgeReport.ts"
import { closeKilledRuns } from "./closeKilledRuns.ts"

export interface PurgeFlags {
  readonly practice: PracticeId
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

/** Fails unless whoever sits there types the practice's id. Does not ask where there is nothing to destroy. */
const confirm = Effect.fnUntraced(function* (practiceId: PracticeId, place: string) {
  const { ask } = yield* Asking
  const rows = yield* countRows(practiceId)
  if (Object.keys(rows).length === 0) return yield* remark(`of practice ${practiceId}, ${place} holds nothing`)
  yield* remark(`of practice ${practiceId}, ${place} holds:\n${rowsByTable(rows)}`)
  const answer = yield* ask("All of it will be destroyed. To go on, type the practice id: ")
  if (answer === practiceId) return
  return yield* new UsageError({
    command: "purge",
    problem: "what was typed is not the practice id; nothing was destroyed"
  })
})

/** A purge of the practice that was killed has no outcome in the trail; nobody else is at it while the leases are held. */
const closeKilledPurges = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly runId: string }>`
    select distinct run_id as "runId" from audit.events
    where practice_id = ${practiceId} and endpoint = ${purgeEndpoint} and outcome = 'unknown' and run_id is not null`.pipe(
    mapSqlError("purge.killed")
  )
  if (rows.length > 0) yield* UnfinishedCalls.closeUnfinished({ runs: rows.map(({ runId }) => RunId.make(runId)) })
})

export const purgePractice = Effect.fnUntraced(function* (flags: PurgeFlags) {
  const settings = yield* practiceSettings
  const { practice: practiceId } = flags
  const place = databasePlace(databaseOptions(settings))
  const mustAsk = !flags.yes && !flags.dryRun
  if (mustAsk && !(yield* Asking).isPossible) {
    return yield* new UsageError({
      command: "purge",
      problem: "there is no terminal to ask on; give --yes to destroy the practice's data without being asked"
    })
  }
  const runId = RunId.make(randomUUID())

  const program = Effect.gen(function* () {
    if (flags.dryRun) {
      const rows = yield* countRows(practiceId)
      return yield* printPlan({ environment: settings.environment, practiceId, rows }, place, flags.json)
    }
    if (settings.environment !== "simulator" && settings.practices.includes(practiceId)) {
      yield* remark(`practice ${practiceId} is in ATHENA_PRACTICES: take it out, or the next run brings its data back`)
    }
    if (mustAsk) yield* confirm(practiceId, place)
    const context = yield* CurrentAuditContext
    const purged = yield* purge({
      practiceId,
      holder: yield* holder,
      // Of a call that never came back only its run is known, and runs are deleted too.
      beforeDeleting: Effect.andThen(closeKilledRuns, closeKilledPurges(practiceId)),
      alsoDelete: { coordination: forgetPractice(practiceId) }
    }).pipe(Effect.provideService(CurrentAuditContext, { ...context, runId }))
    return yield* printPurge({ ...purged, environment: settings.environment, runId }, place, flags.json)
  })
  const services = AuditTrailSql.layer({ environment: settings.environment }).pipe(
    Layer.provideMerge(database(settings, flags.dryRun ? "read" : "write")),
    Layer.provideMerge(auditContext(settings.serviceIdentity, "sync")),
    Layer.provideMerge(observability(settings))
  )
  return yield* Effect.provide(program, services)
})
