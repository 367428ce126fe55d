import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { appointments, assertExact, count } from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-07" }

describe("departments that cannot be read", () => {
  it.live("are asked for all the same if their ids can be; they are set aside and the run says so", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setFaults({
        rules: [{ match: { route: "departments" }, fault: { kind: "badRecord", field: "name", value: { odd: 1 } } }]
      })
      const result = yield* appointments(week)
      assert.strictEqual(result.status, "partial")
      assert.isAbove(result.quarantined, 0)
      assert.isAbove(result.fetched, 100)
      const sql = yield* SqlClient
      const kinds = yield* sql`select distinct resource from athena.quarantine`
      assert.deepStrictEqual(
        kinds.map((row) => row["resource"]),
        ["departments"]
      )
      yield* simulator.setFaults({ rules: [] })
      assert.deepInclude(yield* appointments(week), { status: "complete", inserted: 0, quarantined: 0 })
      yield* assertExact(week)
      assert.strictEqual(yield* count("select count(*) from athena.quarantine"), 0)
    }).pipe(Effect.provide(engine()))
  )

  it.live("end the run when not one id can be read, instead of finding no appointments", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setFaults({
        rules: [{ match: { route: "departments" }, fault: { kind: "badRecord", field: "departmentid" } }]
      })
      const result = yield* appointments(week)
      assert.strictEqual(result.error?.tag, "DepartmentsMissing")
      assert.strictEqual(yield* count("select count(*) from athena.watermarks"), 0)
    }).pipe(Effect.provide(engine()))
  )
})
