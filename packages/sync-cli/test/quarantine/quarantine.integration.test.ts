import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const day = ["appointments", "--from", "2019-06-03", "--to", "2019-06-03"]
const marker = "Zanzibar Quibble 987-65-4321"

layer(World.layer(), { excludeTestServices: true, timeout: 60_000 })("athena-sync quarantine", (it) => {
  it.effect(
    "lists which records did not fit and why, and nothing of what is in them; a retry releases them",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), LOG_LEVEL: "trace" }
        const simulator = yield* Simulator
        const empty = yield* run(["quarantine", "list"], environment)
        assert.strictEqual(empty.stdout, "The quarantine is empty.\n")

        yield* simulator.setFaults({
          rules: [
            { fault: { kind: "plantMarker", marker } },
            { match: { route: "departments" }, fault: { kind: "badRecord", field: "name", value: { odd: marker } } },
            {
              match: { route: "bookedMultipleDepartment" },
              fault: { kind: "badRecord", field: "duration", value: marker, every: 10 }
            }
          ]
        })
        const synced = yield* run(day, environment)
        assert.strictEqual(synced.code, 3)
        assert.include(synced.stdout, "athena-sync quarantine list")
        const sql = yield* SqlClient
        const kept = yield* sql`select from athena.quarantine where raw::text like ${`%${marker}%`}`
        assert.isAbove(kept.length, 2, "the marker is really kept aside")

        const listed = yield* run(["quarantine", "list", "--practice", "195900", "--json"], environment)
        assert.strictEqual(listed.code, 0, listed.stderr)
        const { records } = JSON.parse(listed.stdout)
        assert.lengthOf(records, kept.length)
        for (const record of records) {
          assert.deepStrictEqual(Object.keys(record), [
            "id",
            "practiceId",
            "resource",
            "recordId",
            "reason",
            "firstSeenAt",
            "lastSeenAt"
          ])
          assert.match(record.firstSeenAt, /^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/)
        }
        const table = yield* run(["quarantine", "list"], environment)
        assert.match(table.stdout, /^id +practice +resource +record +first seen/)
        for (const line of table.stdout.split("\n")) assert.isAtMost(line.length, 80)
        assert.include((yield* run(["quarantine", "list", "--practice", "195901"], environment)).stdout, "is empty")

        yield* simulator.setFaults({ rules: [{ fault: { kind: "plantMarker", marker } }] })
        const departments = records.filter(({ resource }: { resource: string }) => resource === "departments").length
        const retried = yield* run(["quarantine", "retry", "--json"], environment)
        assert.strictEqual(retried.code, 0, retried.stderr)
        const report = JSON.parse(retried.stdout)
        assert.strictEqual(report.command, "quarantine retry")
        assert.deepInclude(report.results[0], {
          resource: "quarantine",
          status: "complete",
          inserted: records.length - departments,
          leftToNextRun: [{ resource: "departments", records: departments, command: "reference" }]
        })
        assert.strictEqual(report.auditEvents, records.length - departments)
        const again = yield* run(["quarantine", "retry"], environment)
        assert.include(again.stdout.replace(/\s+/g, " "), "the next athena-sync reference reads them")
        yield* run(["reference"], environment)
        assert.include((yield* run(["quarantine", "list"], environment)).stdout, "is empty")
        for (const ended of [synced, listed, table, retried, again]) {
          assert.notInclude(ended.stdout + ended.stderr, marker)
          assert.notInclude(ended.stdout + ended.stderr, "Zanzibar")
        }
      }),
    60_000
  )
})
