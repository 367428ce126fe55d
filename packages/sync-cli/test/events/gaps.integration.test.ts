import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

layer(World.layer(), { excludeTestServices: true, timeout: 60_000 })("athena-sync events", (it) => {
  it.effect(
    "catches up with what events may have missed, and tells what was repaired and what cannot be known",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        const sql = yield* SqlClient
        const nothing = yield* run(["events", "gaps"], environment)
        assert.strictEqual(nothing.code, 0, nothing.stderr)
        assert.include(nothing.stdout, "No copy of athena-webhooks has received here yet.")
        assert.include(nothing.stdout, "No gap is open.")

        yield* sql`
        insert into webhook.topics (practice_id, topic, first_at, last_at) values
          ('195900', 'Provider.update', now() - interval '9 days', now() - interval '3 hours'),
          ('195900', 'LabResult.create', now() - interval '9 days', now() - interval '2 days')`
        const caughtUp = yield* run(["events", "catch-up", "--practice", "195900", "--json"], environment)
        assert.strictEqual(caughtUp.code, 0, caughtUp.stderr)
        const { command, results, auditEvents } = JSON.parse(caughtUp.stdout)
        assert.strictEqual(command, "events catch-up")
        assert.deepInclude(results[0], {
          practiceId: "195900",
          reason: "demand",
          through: ["reference"],
          updated: 0,
          gone: 0,
          errorTag: null
        })
        assert.isAbove(results[0].inserted, 0)
        assert.deepStrictEqual(results[0].unknown, [{ topic: "LabResult.create", since: results[0].from }])
        assert.isAtLeast(auditEvents, 0)

        const told = yield* run(["events", "gaps"], environment)
        assert.strictEqual(told.code, 0, told.stderr)
        assert.match(told.stdout, /practice +reason +from \(UTC\)/)
        assert.match(told.stdout, /195900 +demand .* reference /)
        assert.include(
          told.stdout.replace(/\s+/g, " "),
          "LabResult.create has no feed here: what it told of may be missing"
        )

        yield* simulator.setFaults({
          rules: [{ match: { route: "departments" }, fault: { kind: "status", status: 403, body: "json" } }]
        })
        const refused = yield* run(["events", "catch-up", "--practice", "195900"], environment)
        assert.strictEqual(refused.code, 3, refused.stderr)
        assert.include(refused.stdout.replace(/\s+/g, " "), "it stays booked and is gone on with from")
        const open = yield* run(["events", "gaps", "--json"], environment)
        assert.strictEqual(open.code, 3)
        const gaps = JSON.parse(open.stdout)
        assert.strictEqual(gaps.open, true)
        assert.deepStrictEqual(Object.keys(gaps), [
          "command",
          "environment",
          "open",
          "receivers",
          "downtimes",
          "silences",
          "catchUps"
        ])
        assert.isNull(gaps.catchUps[0].finishedAt)
        assert.isNotNull(gaps.catchUps[0].errorTag)
        assert.strictEqual((yield* run(["events", "gaps", "--practice", "195901"], environment)).code, 0)
      }),
    60_000
  )
})
