import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { planPatients } from "../../src/plan/planPatients.ts"
import { engine } from "../support/engine.ts"
import { know, storedPatients } from "../support/patients.ts"
import { appointments, count, happens, patients, patientsSince, practiceId, requestsOf } from "../support/practice.ts"

const since = "2019-06-17"
const plan = planPatients(practiceId, LocalDate.make(since))

/** Whom the stored appointments of that day and later name. */
const named = Effect.map(
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly id: string }>`
      select distinct patient_id as id from athena.appointments where date >= ${since}::date and patient_id is not null`
  ),
  (rows) => rows.map(({ id }) => id)
)

describe("patients since a day", () => {
  it.live("are those of its appointments and later ones, and whoever they were merged into", () =>
    Effect.gen(function* () {
      yield* appointments({ from: "2019-06-10", to: "2019-06-18" })
      const expected = yield* named
      const everyone = yield* count("select count(distinct patient_id) from athena.appointments")
      assert.isBelow(expected.length, everyone)
      assert.deepStrictEqual(yield* plan, {
        practiceId,
        resource: "patients",
        windows: expected.length,
        finished: 0,
        calls: expected.length,
        isBackfill: false
      })
      assert.deepInclude(yield* patientsSince(since), { status: "complete", inserted: expected.length })
      assert.deepStrictEqual((yield* storedPatients).map(({ patientId }) => patientId).sort(), [...expected].sort())
      // The others are no fresher for it.
      assert.strictEqual(yield* count("select count(*) from athena.watermarks where resource = 'patients'"), 0)
      // The other one has no appointment, and the stored ones still name who is no more.
      const merged = (yield* storedPatients).find(({ status }) => status === "active")?.patientId ?? ""
      const into = yield* happens({ kind: "addPatient", fields: { lastName: "Latecomer" } })
      yield* know(into)
      yield* happens({ kind: "mergePatients", patientId: merged, intoPatientId: into })
      assert.deepInclude(yield* patientsSince(since), { status: "complete", updated: 1, merged: 0 })
      // Whom they were merged into is known only once they were read; from then on they are asked for.
      yield* patients()
      yield* happens({ kind: "updatePatient", patientId: into, fields: { lastName: "Otherwise" } })
      assert.deepInclude(yield* patientsSince(since), { status: "complete", updated: 1 })
    }).pipe(Effect.provide(engine()))
  )

  it.live("are gone on with where a run of the same day stopped, though somebody was deleted meanwhile", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* appointments({ from: since, to: "2019-06-26" })
      yield* patientsSince(since)
      const known = [...(yield* named)].sort()
      assert.isAbove(known.length, 110)
      // One of each of the first two handfuls: whichever is committed first, somebody drops out of those to ask for.
      const active = new Set(
        (yield* storedPatients).flatMap(({ patientId, status }) => (status === "active" ? [patientId] : []))
      )
      const asked = known.filter((id) => active.has(id))
      for (const at of [0, 60]) yield* happens({ kind: "deletePatient", patientId: asked[at] ?? "" })
      // The last one is refused for longer than the run may wait.
      yield* simulator.setFaults({
        rules: [
          {
            match: { route: "patient", id: asked.at(-1) ?? "" },
            fault: { kind: "status", status: 429, retryAfter: "1" }
          }
        ]
      })
      const { calls } = yield* plan
      const stopped = yield* patientsSince(since)
      assert.strictEqual(stopped.error?.tag, "Throttled")
      assert.strictEqual(stopped.status, "partial")
      assert.isAbove(stopped.updated, 0)
      yield* simulator.setFaults(noFaults)

      const done = stopped.fetched
      assert.deepInclude(yield* plan, { windows: calls, finished: done, calls: calls - done })
      const before = yield* requestsOf("patient")
      yield* Effect.sleep(Duration.millis(1100))
      assert.deepInclude(yield* patientsSince(since), { status: "complete", updated: 2 - stopped.updated })
      assert.strictEqual((yield* requestsOf("patient")) - before, calls - done)
      assert.strictEqual(yield* count("select count(*) from athena.finished_windows"), 0)
    }).pipe(Effect.provide(engine({ maxWait: Duration.millis(500) })))
  )
})
