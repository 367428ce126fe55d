/**
 * What the sync commands share: settings, services, practices, the run's id, the report.
 */

import { randomUUID } from "node:crypto"
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import { requireCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import type { Leases } from "@athena-engine/database/locks/Leases"
import { databaseOptions, databasePlace, programSettings } from "@athena-engine/program/configuration/settings"
import { UsageError } from "@athena-engine/program/exit/Ended"
import { athena } from "@athena-engine/program/services/athena"
import { auditContext, holder } from "@athena-engine/program/services/auditContext"
import { database } from "@athena-engine/program/services/database"
import type { RunFailure, SyncResult } from "@athena-engine/sync/runs/SyncResult"
import { Array as Arr, type Duration, Effect, Layer, Option } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { observability } from "../output/observability.ts"
import { PracticeDone, progress } from "../output/progress.ts"
import { reportSync } from "../output/syncReport.ts"
import { afterRun, auditEventsOf } from "./afterRun.ts"
import { closeKilledRuns } from "./closeKilledRuns.ts"
import { nameDatabase } from "./nameDatabase.ts"

export interface SyncFlags {
  readonly practice: ReadonlyArray<PracticeId>
  readonly json: boolean
  readonly concurrency: Option.Option<number>
  readonly maxWait: Option.Option<Duration.Duration>
}

/** What every part of a run is told. */
export interface RunOptions {
  readonly runId: RunId
  readonly holder: string
}

type Services = Athena | AuditTrail | Leases | SqlClient

/** One practice's part of the command. */
export type PracticePart<A> = (
  options: RunOptions & { readonly practiceId: PracticeId }
) => Effect.Effect<A, never, Services>

/** How a command goes through its practices. */
export type Through<A> = (
  options: RunOptions,
  practices: ReadonlyArray<PracticeId>,
  part: PracticePart<A | ReadonlyArray<A>>
) => Effect.Effect<ReadonlyArray<A>, never, Services>

/** What the practices' parts gave, and how much of the audit trail the run wrote. */
export interface Ran<A> {
  readonly command: string
  readonly runId: RunId
  readonly environment: string
  readonly results: ReadonlyArray<A>
  readonly auditEvents: number
}

/** Practices that are synced at the same time; each has its own budget, and the app's is over all of them. */
export const practicesAtOnce = 16

/** Each of them, whatever other copies of the command are at. */
const throughAll = <A>(
  options: RunOptions,
  practices: ReadonlyArray<PracticeId>,
  part: PracticePart<A | ReadonlyArray<A>>
) =>
  Effect.map(
    Effect.forEach(practices, (practiceId) => part({ ...options, practiceId }), { concurrency: practicesAtOnce }),
    (results) => results.flatMap((result): ReadonlyArray<A> => Arr.ensure(result))
  )

/** The practices that a command is about: those of its flags, or else of `ATHENA_PRACTICES`. */
export const practicesOf = (
  command: string,
  flags: Pick<SyncFlags, "practice">,
  settings: { readonly practices: ReadonlyArray<PracticeId> }
): Effect.Effect<ReadonlyArray<PracticeId>, UsageError> => {
  const practices = flags.practice.length > 0 ? [...new Set(flags.practice)] : settings.practices
  return practices.length > 0
    ? Effect.succeed(practices)
    : Effect.fail(new UsageError({ command, problem: "no practice: give --practice ID, or set ATHENA_PRACTICES" }))
}

/** Requests a second that so many practices may send together. */
const ceilingOf = ({ appRequestsPerSecond, requestsPerSecond }: BudgetOptions, practices: number) =>
  Math.min(appRequestsPerSecond, requestsPerSecond * Math.min(practices, practicesAtOnce))

/** Runs each practice's part and prints what `report` makes of it, which also says how the program ends. */
export const runPractices = Effect.fnUntraced(function* <A extends { readonly error?: RunFailure }, E>(
  command: string,
  flags: SyncFlags,
  part: PracticePart<A | ReadonlyArray<A>>,
  report: (ran: Ran<A>, isJson: boolean) => Effect.Effect<void, E>,
  through: Through<A> = throughAll
) {
  const configured = yield* programSettings
  const settings = {
    ...configured,
    maxConcurrency: Option.orElse(flags.concurrency, () => configured.maxConcurrency),
    maxWait: Option.getOrElse(flags.maxWait, () => configured.maxWait)
  }
  const practices = yield* practicesOf(command, flags, settings)
  yield* requireCredentials(settings.environment, settings.credentials, practices)
  const runId = RunId.make(randomUUID())
  const inDatabase = nameDatabase(databasePlace(databaseOptions(settings)))

  const program = Effect.gen(function* () {
    const us = yield* holder
    const partAndTell = (options: Parameters<typeof part>[0]) =>
      Effect.tap(part(options), () => Effect.flatMap(PracticeDone, (tell) => tell(options.practiceId)))
    const ceiling = ceilingOf(budgetOf(settings), practices.length)
    const results = yield* through({ runId, holder: us }, practices, partAndTell).pipe(
      Priority.sync,
      Effect.provide(progress({ practices: practices.length, ceiling }))
    )
    // What was done is told in any case and first; that the trail cannot be read now is told beside it.
    const auditEvents = yield* afterRun(auditEventsOf(runId), "5 seconds", 0)
    const ran = {
      command,
      runId,
      environment: settings.environment,
      results: results.map(inDatabase),
      auditEvents
    }
    const reported = yield* Effect.exit(report(ran, flags.json))
    yield* afterRun(closeKilledRuns, "30 seconds", undefined)
    return yield* reported
  })
  const services = athena(settings).pipe(
    Layer.provideMerge(database(settings, "write")),
    Layer.provideMerge(auditContext(settings.serviceIdentity, "sync")),
    Layer.provideMerge(observability(settings))
  )
  return yield* Effect.provide(program, services)
})

/** A command that brings something into the database. */
export const runSync = (
  command: string,
  flags: SyncFlags,
  part: PracticePart<SyncResult | ReadonlyArray<SyncResult>>,
  through?: Through<SyncResult>
) => runPractices(command, flags, part, reportSync, through)
