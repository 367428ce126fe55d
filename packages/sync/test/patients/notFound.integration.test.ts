/** When a patient is gone, and when it is athenahealth that is: whoever is answered as unknown may be either. */
import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { gonePatients, know, somePatients } from "../support/patients.ts"
import { happens, patients } from "../support/practice.ts"

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

const unknown = { kind: "status", status: 404, body: "json" } as const

/** Nobody is marked, and the run says what it looks like. */
const assertOutage = Effect.fnUntraced(function* (tag = "RecordsUnanswered") {
  const result = yield* patients()
  assert.strictEqual(result.error?.tag, tag)
  assert.deepStrictEqual(yield* gonePatients, [])
})

/** Ids that the vendor does not know. */
const ghosts = (howMany: number) => Array.from({ length: howMany }, (_, n) => `9999990${n}`)

const forget = Effect.flatMap(SqlClient, (sql) => sql`delete from athena.patients`)

describe("an outage of the patients", () => {
  it.live("marks nobody: not when it begins within a handful, nor when it ends there, nor when it comes and goes", () =>
    Effect.gen(function* () {
      // One handful.
      yield* know(...somePatients(40))
      assert.deepInclude(yield* patients(), { status: "complete", updated: 40 })
      const fault = unknown
      const match = { route: "patient" } as const

      yield* setRules({ match, when: { after: 20 }, fault })
      yield* assertOutage()
      // Three are not found; the outage is over when each of them was asked for again, but not sooner.
      yield* setRules({ match, when: { after: 37, times: 6 }, fault })
      yield* assertOutage()
      for (const seed of [1, 2, 3]) {
        yield* Simulator.use((simulator) =>
          simulator.setFaults({ seed, rules: [{ match, when: { probability: 0.3 }, fault }] })
        )
        yield* patients()
        assert.deepStrictEqual(yield* gonePatients, [])
      }
      yield* setRules({ match, fault: { kind: "practiceOutage" } })
      yield* assertOutage("PracticeUnknown")
      // One that is over before anybody is asked for again costs nothing.
      yield* setRules({ match, when: { after: 10, times: 30 }, fault })
      assert.deepInclude(yield* patients(), { status: "complete", gone: 0, fetched: 40, unchanged: 40 })
      yield* setRules()
      assert.deepInclude(yield* patients(), { status: "complete", gone: 0, updated: 0 })
    }).pipe(Effect.provide(engine({ athenaClockFactor: 40 })))
  )

  it.live("marks nobody where many are unknown at once, or all, be it one", () =>
    Effect.gen(function* () {
      yield* know("99999990")
      yield* assertOutage()
      yield* forget
      yield* know("30001")
      yield* setRules({ match: { route: "patient" }, fault: unknown })
      yield* assertOutage()
      yield* setRules()
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 1, updated: 1 })

      yield* know(...ghosts(6))
      yield* assertOutage()
      yield* forget
      yield* know("30001", ...ghosts(5))
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 1, gone: 5 })
      assert.deepStrictEqual(yield* gonePatients, ghosts(5))
    }).pipe(Effect.provide(engine()))
  )
})

describe("a witness", () => {
  it.live("may have been merged or deleted; one who is gone is passed over for another", () =>
    Effect.gen(function* () {
      const [ghost = "", later = "", last = ""] = ghosts(3)
      // Found in the same run, merged and deleted meanwhile.
      yield* know("30001", "30002", ghost)
      yield* happens({ kind: "mergePatients", patientId: "30001", intoPatientId: "30004" })
      yield* happens({ kind: "deletePatient", patientId: "30002" })
      assert.deepInclude(yield* patients(), { status: "complete", updated: 2, gone: 1 })
      assert.deepStrictEqual(yield* gonePatients, [ghost])
      // Found in an earlier one: the run itself finds nobody.
      yield* know(later)
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 0, gone: 1 })
      // Those who were stored last are gone too, and do not vouch for each other.
      const sql = yield* SqlClient
      yield* sql`update athena.patients set gone_at = null, status = 'active' where patient_id = ${ghost}`
      yield* know(last)
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 0, gone: 2 })
      assert.deepStrictEqual(yield* gonePatients, [ghost, later, last])
    }).pipe(Effect.provide(engine()))
  )
})
