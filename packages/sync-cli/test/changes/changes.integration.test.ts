import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const practiceId = "195900"
const day = ["appointments", "--from", "2019-06-03", "--to", "2019-06-03"]

layer(World.layer(), { excludeTestServices: true, timeout: 60_000 })("athena-sync changes", (it) => {
  it.effect(
    "subscribes both feeds, says from when changes come, and then brings them",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        assert.strictEqual((yield* run(day, environment)).code, 0)
        const asked = yield* run(["changes"], environment)
        assert.strictEqual(asked.code, 0, asked.stderr)
        const lines = asked.stdout.split("\n")
        assert.match(lines[0] ?? "", /^practice +resource +status +new +updated +same +gone +calls$/)
        assert.match(asked.stdout, /^195900 +appointment changes +complete +0 +0 +0 +0 +3$/m)
        assert.match(asked.stdout, /^practice 195900, patients: subscribed; changes come from \d{4}-\d\d-\d\dT/m)

        yield* simulator.advance("3 seconds")
        yield* run(["changes"], environment)
        const { appointments } = yield* simulator.snapshot(practiceId)
        const appointmentId =
          appointments.find(({ date, patientId }) => date === "2019-06-03" && patientId !== null)?.appointmentId ?? ""
        yield* simulator.mutate({
          kind: "reschedule",
          practiceId,
          appointmentId,
          date: "2019-06-03",
          startTime: "18:05"
        })
        yield* simulator.mutate({ kind: "updatePatient", practiceId, patientId: "30003", fields: { email: null } })
        const brought = yield* run(["changes", "--json"], environment)
        assert.strictEqual(brought.code, 0, brought.stderr)
        assert.strictEqual(brought.stdout.trimEnd().split("\n").length, 1)
        const report = JSON.parse(brought.stdout)
        assert.strictEqual(report.command, "changes")
        assert.deepInclude(report.results[0], {
          practiceId,
          resource: "appointments",
          status: "complete",
          fetched: 2,
          inserted: 1,
          updated: 1,
          unchanged: 0,
          gone: 0,
          quarantined: 0,
          requests: 1,
          retries: 0,
          rateLimited: 0,
          subscription: "active",
          replayed: 0,
          notes: []
        })
        assert.deepInclude(report.results[1], { resource: "patients", status: "complete", fetched: 1, requests: 1 })
        assert.strictEqual(report.auditEvents, 2)
        const sql = yield* SqlClient
        const [row] = yield* sql`select status from athena.appointments where appointment_id = ${appointmentId}`
        assert.strictEqual(row?.["status"], "x")

        // Until the patients were read once after their subscription took effect, that is said.
        assert.match(
          report.results[1].notes?.join() ?? "",
          /^practice 195900, patients: .*athena-sync patients does it$/
        )
        yield* run(["patients"], environment)
        const one = JSON.parse((yield* run(["changes", "--feed", "patients", "--json"], environment)).stdout)
        assert.lengthOf(one.results, 1)
        assert.deepInclude(one.results[0], { resource: "patients", status: "complete", notes: [] })
      }),
    60_000
  )
})
