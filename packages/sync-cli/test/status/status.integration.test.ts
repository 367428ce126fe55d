import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const day = ["appointments", "--from", "2019-06-03", "--to", "2019-06-03"]

interface Resource {
  readonly resource: string
  readonly ageSeconds: number | null
  readonly lastRun: { readonly status: string } | null
  readonly lastError: { readonly errorTag: string } | null
}

layer(World.layer(), { excludeTestServices: true, timeout: 60_000 })("athena-sync status", (it) => {
  it.effect(
    "is stale where nothing was ever synced",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const unjudged = yield* run(["status"], environment)
        assert.strictEqual(unjudged.code, 0)
        assert.include(unjudged.stdout, "Nothing has been synced")
        const judged = yield* run(["status", "--max-age", "26h", "--json"], environment)
        assert.strictEqual(judged.code, 3)
        assert.deepStrictEqual(JSON.parse(judged.stdout).stale, [
          { practiceId: "195900", resource: null, ageSeconds: null, maxAgeSeconds: 93_600 }
        ])
      }),
    60_000
  )

  it.effect(
    "tells how old each resource is, the last error, and the budgets and the day's quota that processes share",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        const sql = yield* SqlClient
        yield* simulator.setLimits({ tokensPerMinute: 1000, dailyQuota: 5000 })
        for (const command of [day, ["patients"], ["reference"], ["changes"]]) yield* run(command, environment)
        const { requests } = yield* simulator.statistics

        const fresh = yield* run(["status", "--max-age", "26h", "--json"], environment)
        const report = JSON.parse(fresh.stdout)
        const ages = (report.resources as ReadonlyArray<Resource>).filter(({ resource }) => !/^changed/.test(resource))
        assert.deepStrictEqual(
          ages.map(({ resource }) => resource),
          ["appointments", "patients", "departments", "providers", "appointment_types"]
        )
        for (const { ageSeconds, lastError, resource } of ages) {
          assert.isTrue(ageSeconds !== null && ageSeconds < 60, resource)
          assert.isNull(lastError)
        }
        const [app, practice] = report.budgets
        assert.deepInclude(app, { practiceId: null, pausedUntil: null, ceiling: 500 })
        assert.deepInclude(practice, { practiceId: "195900", app: app.app, requestsToday: app.requestsToday })
        assert.isAtLeast(app.requestsToday, 5)
        assert.isAtMost(app.requestsToday, requests)
        assert.isAbove(practice.requestsPerSecond, 0)
        const [quota] = report.quotas
        assert.deepInclude(quota, { app: app.app, limit: 5000 })
        assert.closeTo(quota.remaining, 5000 - app.requestsToday, 20)
        assert.match(quota.resetsAt, /T00:00:00\.000Z$/)

        // A failure makes nothing younger, and is told after it was repaired.
        const hoursAgo = (hours: number) => sql`
          update athena.sync_runs set started_at = now() - ${hours}::int * interval '1 hour' where resource = 'appointments'`
        yield* hoursAgo(30)
        yield* simulator.setFaults({ rules: [{ match: { route: "departments" }, fault: { kind: "failureInside" } }] })
        yield* run(day, environment)
        yield* simulator.setFaults({ rules: [] })
        const failed = yield* run(["status", "--max-age", "26h", "--practice", "195900"], environment)
        assert.strictEqual(failed.code, 3)
        assert.match(failed.stdout, /STALE: practice 195900, appointments: 30 h old, may be 26 h/)
        assert.match(failed.stdout, /appointments: the last run ended with \w+/)
        assert.match(failed.stdout, /Day's quota of .*: [\d,]+ of 5,000/s)
        for (const line of failed.stdout.split("\n")) assert.isAtMost(line.length, 80, line)
        const own = yield* run(["status", "--max-age", "26h", "--max-age", "appointments=2 days"], environment)
        assert.notInclude(own.stdout, "STALE: practice 195900, appointments")
        yield* run(day, environment)
        const mended = yield* run(["status"], environment)
        assert.match(mended.stdout, /appointments: the last error was \w+/)

        const elsewhere = yield* run(["status", "--practice", "195901", "--json", "--max-age", "1h"], environment)
        assert.strictEqual(elsewhere.code, 3)
        assert.deepInclude(JSON.parse(elsewhere.stdout), { resources: [] })
      }),
    60_000
  )
})
