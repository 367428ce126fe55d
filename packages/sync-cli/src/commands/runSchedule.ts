/**
 * What `athena-sync schedule` does: the services of a sync command, for as long as it is let, with health and metrics beside it.
 */
import { randomUUID } from "node:crypto"
import { requireCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { databaseOptions, databasePlace, serverSettings } from "@athena-engine/program/configuration/settings"
import { budgetGauges } from "@athena-engine/program/health/budgetGauges"
import { healthRoutes } from "@athena-engine/program/health/healthRoutes"
import { httpServer } from "@athena-engine/program/health/httpServer"
import { isDatabaseReady } from "@athena-engine/program/health/isDatabaseReady"
import { metricsText } from "@athena-engine/program/health/metricsText"
import { athena } from "@athena-engine/program/services/athena"
import { auditContext, holder } from "@athena-engine/program/services/auditContext"
import { database } from "@athena-engine/program/services/database"
import type { Attended } from "@athena-engine/sync/schedule/attend"
import { keepSchedule } from "@athena-engine/sync/schedule/keepSchedule"
import { performStep } from "@athena-engine/sync/schedule/runStep"
import { ScheduleStates } from "@athena-engine/sync/schedule/ScheduleStates"
import { countAttended, scheduleGauges } from "@athena-engine/sync/schedule/scheduleMetrics"
import { freshnessGauges } from "@athena-engine/sync/status/freshnessGauges"
import { Clock, Cron, DateTime, Effect, Layer, Option } from "effect"
import { HttpRouter } from "effect/http"
import { observability } from "../output/observability.ts"
import { printScheduledRun } from "../output/scheduleReport.ts"
import { afterRun, auditEventsOf } from "./afterRun.ts"
import { closeKilledRuns } from "./closeKilledRuns.ts"
import { nameDatabase } from "./nameDatabase.ts"
import { practicesAtOnce, practicesOf, type SyncFlags } from "./runSync.ts"
import { type JobFlags, type JobOfFlags, scheduledJobsOf } from "./scheduledJobsOf.ts"

export interface ScheduleFlags extends SyncFlags, JobFlags {
  readonly port: Option.Option<number>
}

/** After the first signal, for the days under way. */
const grace = "10 seconds"

/** What is due when, in the zone that was named. The practices' own delays are left out. */
const tellJobs = Effect.fnUntraced(function* (
  jobs: ReadonlyArray<JobOfFlags>,
  zone: DateTime.TimeZone,
  practices: number
) {
  const now = yield* Clock.currentTimeMillis
  for (const job of jobs) {
    const next = DateTime.makeZonedUnsafe(Math.min(...job.crons.map((cron) => Cron.next(cron, now).getTime())), {
      timeZone: zone
    })
    yield* Effect.logInfo("Scheduled").pipe(
      Effect.annotateLogs({
        job: job.job,
        cron: job.expressions.join(", "),
        timeZone: DateTime.zoneToString(zone),
        nextDue: DateTime.formatIsoOffset(next),
        count: practices
      })
    )
  }
})

const tellEnd = ({ attempt, job, next, practiceId, results, runId, status }: Attended) =>
  Effect.logInfo("A scheduled run ended").pipe(
    Effect.annotateLogs({
      practiceId,
      job,
      runId,
      status,
      attempts: attempt,
      requests: results.reduce((sum, result) => sum + result.requests, 0),
      ...(Option.isSome(next) ? { nextDue: DateTime.formatIso(next.value) } : {})
    })
  )

const health = (
  options: { readonly host: string; readonly port: number },
  practices: ReadonlyArray<PracticeId>,
  jobs: ReadonlyArray<JobOfFlags>
) => {
  const gauges = Effect.gen(function* () {
    yield* freshnessGauges(practices)
    yield* scheduleGauges(practices, jobs)
    yield* budgetGauges
  })
  const routes = healthRoutes({ isReady: isDatabaseReady, metrics: metricsText(gauges) })
  return HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(httpServer(options))
  )
}

export const runSchedule = Effect.fnUntraced(function* (flags: ScheduleFlags) {
  const configured = yield* serverSettings
  const settings = {
    ...configured,
    maxConcurrency: Option.orElse(flags.concurrency, () => configured.maxConcurrency),
    maxWait: Option.getOrElse(flags.maxWait, () => configured.maxWait)
  }
  const practices = yield* practicesOf("schedule", flags, settings)
  yield* requireCredentials(settings.environment, settings.credentials, practices)
  const jobs = scheduledJobsOf(flags)
  const inDatabase = nameDatabase(databasePlace(databaseOptions(settings)))

  const onEnd = Effect.fnUntraced(function* (attended: Attended) {
    yield* countAttended(attended)
    yield* tellEnd(attended)
    if (flags.json) {
      const auditEvents = yield* afterRun(auditEventsOf(attended.runId), "5 seconds", 0)
      const results = attended.results.map(inDatabase)
      yield* printScheduledRun({ ...attended, results, environment: settings.environment, auditEvents })
    }
    yield* afterRun(closeKilledRuns, "30 seconds", undefined)
  })
  const keep = Effect.gen(function* () {
    yield* tellJobs(jobs, flags.timeZone, practices.length)
    return yield* keepSchedule({
      jobs,
      practices,
      practicesAtOnce,
      grace,
      holder: yield* holder,
      newRunId: Effect.sync(() => RunId.make(randomUUID())),
      perform: performStep,
      onEnd
    }).pipe(Priority.sync)
  })
  const beside = Option.match(flags.port, {
    onNone: () => Layer.empty,
    onSome: (port) => health({ host: settings.host, port }, practices, jobs)
  })
  const services = Layer.merge(athena(settings), ScheduleStates.layerSql).pipe(
    Layer.provideMerge(database(settings, "write")),
    Layer.provideMerge(auditContext(settings.serviceIdentity, "sync")),
    Layer.provideMerge(observability(settings))
  )
  return yield* keep.pipe(Effect.provide(Layer.provideMerge(beside, services)))
})
