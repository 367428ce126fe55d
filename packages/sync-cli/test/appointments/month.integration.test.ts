/** A month of a practice, from an empty database to one whose trail somebody changed. */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/athenaSync.ts"
import { counted } from "../support/counted.ts"
import { run as runHere } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const june = ["appointments", "--from", "2019-06-01", "--to", "2019-06-30"]

const fast = { excludeTestServices: true, timeout: 120_000 } as const

layer(World.layer(), fast)("a month from an empty database", (it) => {
  it.effect(
    "prints one JSON object, writes every appointment with its audit events, and nothing the second time",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const first = yield* run([...june, "--json"], environment)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.strictEqual(first.stdout.trimEnd().split("\n").length, 1)
        const report = JSON.parse(first.stdout)
        assert.strictEqual(report.command, "appointments")
        assert.strictEqual(report.environment, "sandbox")
        const [result] = report.results
        assert.deepInclude(result, {
          practiceId: "195900",
          resource: "appointments",
          status: "complete",
          quarantined: 0
        })
        assert.isAbove(result.fetched, 400)
        assert.strictEqual(result.inserted, result.fetched)
        const { disclosures } = yield* Effect.flatMap(Simulator, (simulator) => simulator.statistics)
        assert.isAtLeast(report.auditEvents, disclosures.length)

        const before = yield* Effect.flatMap(
          SqlClient,
          (sql) => sql`select max(xmin::text::bigint) as x from athena.appointments`
        )
        const second = JSON.parse((yield* run([...june, "--json"], environment)).stdout)
        assert.deepInclude(second.results[0], { inserted: 0, updated: 0, gone: 0, unchanged: result.fetched })
        const after = yield* Effect.flatMap(
          SqlClient,
          (sql) => sql`select max(xmin::text::bigint) as x from athena.appointments`
        )
        assert.deepStrictEqual(after, before)
      }),
    fast.timeout
  )

  it.effect(
    "syncs the patients of the appointments, tells the state, and verifies the trail until somebody changes it",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        const patients = JSON.parse((yield* runHere(["patients", "--json"], environment)).stdout)
        assert.strictEqual(patients.results[0].inserted, yield* counted("athena.patients"))
        assert.strictEqual(patients.results[0].merged, yield* counted("athena.patient_links"))
        const late = ["patients", "--since", "2019-06-25"]
        const planned = JSON.parse((yield* runHere([...late, "--dry-run", "--json"], environment)).stdout).plans[0]
        assert.isAbove(planned.calls, 0)
        assert.isBelow(planned.calls, patients.results[0].inserted)
        const again = (yield* runHere(late, environment)).stdout.split("\n")
        assert.match(again[0] ?? "", /^practice +status +added +changed +unchanged +gone +merged +calls +time$/)
        assert.match(again[1] ?? "", new RegExp(`^195900 +complete +0 +0 +${planned.calls} +0 +0 +${planned.calls} `))

        const status = JSON.parse((yield* runHere(["status", "--json"], environment)).stdout)
        assert.deepStrictEqual(
          status.resources.map((resource: { resource: string; lastRun: { status: string } | null }) => [
            resource.resource,
            resource.lastRun?.status
          ]),
          [
            ["appointments", "complete"],
            ["patients", "complete"],
            ["departments", undefined]
          ]
        )
        const table = yield* runHere(["status"], environment)
        assert.include(table.stdout, "2019-06-30")

        const verified = yield* runHere(["audit", "verify", "--json"], environment)
        assert.strictEqual(verified.code, 0)
        assert.deepInclude(JSON.parse(verified.stdout), { status: "verified", checkpoints: 0, unfinished: 0 })

        yield* sql`alter table audit.entries disable trigger all`
        yield* sql`update audit.entries set recorded_at = recorded_at + interval '1 hour' where sequence = 7 and practice_id = '195900'`
        const broken = yield* runHere(["audit", "verify", "--json"], environment)
        assert.strictEqual(broken.code, 1)
        assert.deepInclude(JSON.parse(broken.stdout), { status: "broken" })
        assert.deepInclude(JSON.parse(broken.stdout).firstBad, { practiceId: "195900", sequence: 7, kind: "changed" })
        assert.include((yield* runHere(["audit", "verify"], environment)).stdout, "BROKEN")
      }),
    fast.timeout
  )
})
