import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import {
  assertPatientsExact as assertExact,
  know,
  storedPatients as stored,
  patientTruth as truth
} from "../support/patients.ts"
import { appointments, count, happens, patients, requestsOf, rowVersions } from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-07" }

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

/** The deleted are not asked for again soon. */
const asked = count("select count(*) from athena.patients where gone_at is null and status <> 'deleted'")

describe("the patients whom appointments name", () => {
  it.live("are all stored, in columns of their own, and not written again while nothing changes", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const first = yield* patients()
      const expected = yield* assertExact
      assert.deepInclude(first, {
        status: "complete",
        fetched: expected.length,
        inserted: expected.length,
        requests: expected.length
      })
      assert.strictEqual(
        yield* count("select count(*) from athena.patients where department_id is null and raw ? 'departmentid'"),
        0
      )
      const before = yield* rowVersions
      assert.deepInclude(yield* patients(), {
        status: "complete",
        fetched: yield* asked,
        inserted: 0,
        updated: 0,
        unchanged: yield* asked,
        gone: 0,
        merged: 0
      })
      assert.deepStrictEqual(yield* rowVersions, before)
    }).pipe(Effect.provide(engine()))
  )

  it.live("are updated one by one: changed, deleted, merged", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      yield* patients()
      const [changed, deleted, merged, into] = (yield* truth)
        .filter(({ status }) => status === "active")
        .map(({ patientId }) => patientId)
      yield* happens({
        kind: "updatePatient",
        patientId: changed ?? "",
        fields: { lastName: "Otherwise", email: null, mobilePhone: "2075550199", sex: null }
      })
      yield* happens({ kind: "deletePatient", patientId: deleted ?? "" })
      yield* happens({ kind: "mergePatients", patientId: merged ?? "", intoPatientId: into ?? "" })
      const result = yield* patients()
      assert.deepInclude(result, { status: "complete", inserted: 0, updated: 4, gone: 0, merged: 1 })
      yield* assertExact
      const sql = yield* SqlClient
      const rows = yield* sql`
        select patient_id as id, status, gone_at is not null as gone, raw->'previouspatientids' as previous
        from athena.patients where patient_id = any(${[deleted, merged, into]}::text[])`
      const byId = new Map(rows.map((row) => [row["id"], { ...row }]))
      assert.deepInclude(byId.get(deleted), { status: "deleted", gone: false })
      assert.deepInclude(byId.get(merged), { status: "deleted", gone: false })
      assert.deepInclude(byId.get(into), { status: "active" })
      assert.include(byId.get(into)?.["previous"] as ReadonlyArray<string>, merged)
    }).pipe(Effect.provide(engine()))
  )

  it.live("are gone on with, handful by handful, when the practice was told to wait", () =>
    Effect.gen(function* () {
      yield* appointments({ from: "2019-06-03", to: "2019-06-21" })
      yield* patients()
      const everyone = yield* stored
      assert.isAbove(everyone.length, 100)
      // The last one is refused for longer than the run may wait.
      yield* setRules({
        match: { route: "patient", id: everyone.at(-1)?.patientId ?? "" },
        fault: { kind: "status", status: 429, retryAfter: "90" }
      })
      const refused = yield* patients()
      assert.strictEqual(refused.error?.tag, "Throttled")
      assert.isAbove(refused.fetched, 0)
      yield* setRules()
      const before = yield* requestsOf("patient")
      const others = yield* asked
      yield* Effect.sleep(Duration.seconds(95))
      assert.deepInclude(yield* patients(), { status: "complete", inserted: 0, updated: 0 })
      assert.strictEqual((yield* requestsOf("patient")) - before, others - refused.fetched)
      assert.strictEqual(yield* count("select count(*) from athena.finished_windows"), 0)
    }).pipe(Effect.provide(engine({ clockFactor: 10 })))
  )
})

describe("a patient whom the vendor does not know", () => {
  for (const unknownPatient of [404, 400, "empty"] as const) {
    it.live(`is gone when its id says so twice (${unknownPatient}) while the practice answers; its row stays`, () =>
      Effect.gen(function* () {
        yield* appointments(week)
        yield* patients()
        yield* know("99999999")
        const before = yield* requestsOf("patient")
        const known = yield* asked
        assert.deepInclude(yield* patients(), { status: "complete", updated: 0, gone: 1, fetched: known - 1 })
        // Twice for the one, and once for another who must be there.
        assert.strictEqual((yield* requestsOf("patient")) - before, known + 2)
        assert.strictEqual(
          yield* count("select count(*) from athena.patients where patient_id = '99999999' and gone_at is not null"),
          1
        )
        const versions = yield* rowVersions
        assert.deepInclude(yield* patients(), { status: "complete", gone: 0 })
        assert.deepStrictEqual(yield* rowVersions, versions)
      }).pipe(Effect.provide(engine({ simulator: { unknownPatient } })))
    )
  }

  it.live("is not gone while the practice does not answer", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      yield* patients()
      yield* know("99999999")
      yield* setRules({ match: { route: "ping" }, fault: { kind: "practiceOutage" } })
      const result = yield* patients()
      assert.deepInclude(result, { gone: 0 })
      assert.strictEqual(result.error?.tag, "PracticeUnknown")
      assert.strictEqual(yield* count("select count(*) from athena.patients where gone_at is not null"), 0)
    }).pipe(Effect.provide(engine({ clockFactor: 10 })))
  )
})

describe("a patient whom the server fails on", () => {
  it.live("costs the others nothing, and is asked for again by the next run", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const known = yield* count("select count(distinct patient_id) from athena.appointments")
      const sql = yield* SqlClient
      const [row] = yield* sql<{ readonly id: string }>`select min(patient_id) as id from athena.appointments`
      yield* setRules({ match: { route: "patient", id: row?.id ?? "" }, fault: { kind: "status", status: 500 } })
      const partial = yield* patients()
      assert.deepInclude(partial, { status: "partial", inserted: known - 1 })
      assert.strictEqual(partial.error?.tag, "ServerUnavailable")
      yield* setRules()
      assert.deepInclude(yield* patients(), { status: "complete", inserted: 1 })
      yield* assertExact
    }).pipe(Effect.provide(engine({ clockFactor: 10 })))
  )
})

describe("a wave of unknown patients", () => {
  it.live("is an outage: nobody is marked as gone", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      yield* patients()
      yield* setRules({ match: { route: "patient" }, fault: { kind: "status", status: 404, body: "json" } })
      const result = yield* patients()
      assert.strictEqual(result.error?.tag, "RecordsUnanswered")
      assert.strictEqual(yield* count("select count(*) from athena.patients where gone_at is not null"), 0)
    }).pipe(Effect.provide(engine()))
  )

  it.live("another patient's record in answer to an id is set aside under that id", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const sql = yield* SqlClient
      const rows = yield* sql<{ readonly id: string }>`
        select distinct patient_id as id from athena.appointments order by 1 limit 2`
      const [asked, other] = rows.map(({ id }) => id)
      yield* setRules({
        match: { route: "patient", id: asked ?? "" },
        fault: { kind: "badRecord", field: "patientid", value: other }
      })
      assert.deepInclude(yield* patients(), { status: "partial", quarantined: 1 })
      const aside = yield* sql`select record_id as id from athena.quarantine`
      assert.deepStrictEqual(
        aside.map((row) => row["id"]),
        [asked]
      )
    }).pipe(Effect.provide(engine()))
  )
})
