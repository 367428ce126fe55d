import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { appointments, assertExact, count, happens, patients, rowVersions, someOn, table } from "../support/practice.ts"

const day = { from: "2019-06-03", to: "2019-06-03" }
const secret = "Zanzibar Quibble 987-65-4321"

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

interface Quarantined {
  readonly recordId: string | null
  readonly reason: string
  readonly raw: Readonly<Record<string, unknown>>
}

const quarantined = Effect.gen(function* () {
  const sql = yield* SqlClient
  return yield* sql<Quarantined>`
    select record_id as "recordId", reason, raw from athena.quarantine order by record_key`
})

const list = { route: "bookedMultipleDepartment" } as const

describe("a record that does not fit", () => {
  it.live("is set aside alone, with where and what was expected, and comes back when it fits", () =>
    Effect.gen(function* () {
      yield* setRules({ match: list, fault: { kind: "badRecord", field: "duration", value: secret, every: 10 } })
      const result = yield* appointments(day)
      assert.isAtLeast(result.quarantined, 2)
      assert.deepInclude(result, { status: "partial", fetched: result.inserted + result.quarantined })
      assert.isUndefined(result.error)
      const aside = yield* quarantined
      assert.lengthOf(aside, result.quarantined)
      for (const { reason, raw, recordId } of aside) {
        assert.match(reason, /expected.*duration|duration.*expected/)
        assert.notInclude(reason, "Zanzibar")
        assert.strictEqual(raw["duration"], secret)
        assert.strictEqual(raw["appointmentid"], recordId)
      }
      assert.lengthOf(yield* table(day), result.inserted)

      // The same ones again are the same rows.
      assert.deepInclude(yield* appointments(day), { status: "partial", quarantined: result.quarantined, inserted: 0 })
      assert.lengthOf(yield* quarantined, result.quarantined)

      yield* setRules()
      assert.deepInclude(yield* appointments(day), { status: "complete", inserted: result.quarantined, quarantined: 0 })
      assert.deepStrictEqual(yield* quarantined, [])
      yield* assertExact(day)
    }).pipe(Effect.provide(engine()))
  )

  it.live("keeps its row when it fitted before, and is no candidate for gone", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      const before = yield* rowVersions
      yield* setRules({ match: list, fault: { kind: "badRecord", field: "date", value: "soon", every: 5 } })
      const result = yield* appointments(day)
      assert.deepInclude(result, { status: "partial", gone: 0 })
      assert.isAbove(result.quarantined, 0)
      assert.deepStrictEqual(yield* rowVersions, before)
    }).pipe(Effect.provide(engine()))
  )

  it.live("without an id is known by its content", () =>
    Effect.gen(function* () {
      yield* setRules({ match: list, fault: { kind: "badRecord", field: "appointmentid", value: [], every: 10 } })
      const { quarantined: count } = yield* appointments(day)
      assert.isAtLeast(count, 2)
      yield* appointments(day)
      const aside = yield* quarantined
      assert.lengthOf(aside, count)
      assert.isTrue(aside.every(({ recordId }) => recordId === null))
    }).pipe(Effect.provide(engine()))
  )

  it.live("when read by id leaves the quarantine with the next reading that fits", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      const [moved = ""] = yield* someOn(day.from, 1)
      yield* happens({ kind: "move", appointmentId: moved, date: "2019-06-17" })
      yield* setRules({
        match: { route: "appointment" },
        fault: { kind: "badRecord", field: "starttime", value: secret }
      })
      assert.deepInclude(yield* appointments(day), { status: "partial", quarantined: 1, updated: 0, gone: 0 })
      const [aside] = yield* quarantined
      assert.deepInclude(aside, { recordId: moved })
      assert.notInclude(aside?.reason, "Zanzibar")
      yield* setRules()
      assert.deepInclude(yield* appointments(day), { status: "complete", updated: 1, gone: 0 })
      assert.deepStrictEqual(yield* quarantined, [])
    }).pipe(Effect.provide(engine()))
  )

  it.live("and is gone, when read by id, leaves the quarantine", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      const [moved = ""] = yield* someOn(day.from, 1)
      yield* happens({ kind: "move", appointmentId: moved, date: "2019-06-17" })
      yield* setRules({ match: { route: "appointment" }, fault: { kind: "badRecord", field: "date" } })
      yield* appointments(day)
      assert.lengthOf(yield* quarantined, 1)
      yield* setRules()
      yield* happens({ kind: "delete", appointmentId: moved })
      assert.deepInclude(yield* appointments(day), { status: "complete", gone: 1 })
      assert.deepStrictEqual(yield* quarantined, [])
    }).pipe(Effect.provide(engine()))
  )

  it.live("is kept without social security and driving licence numbers", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      yield* setRules(
        { match: { route: "patient" }, fault: { kind: "badRecord", field: "dob", value: "never" } },
        { match: { route: "patient" }, fault: { kind: "badRecord", field: "ssn", value: "987-65-4321" } },
        {
          match: { route: "patient" },
          fault: {
            kind: "badRecord",
            field: "insurances",
            value: [{ insurancepolicyholderssn: "987-65-4321", driverslicensenumber: "Q987-65-4321", plan: "kept" }]
          }
        }
      )
      const result = yield* patients()
      assert.isAbove(result.quarantined, 0)
      assert.deepInclude(result, { status: "partial", inserted: 0 })
      const aside = yield* quarantined
      assert.lengthOf(aside, result.quarantined)
      for (const { raw, reason } of aside) {
        assert.notInclude(JSON.stringify(raw), "987-65-4321")
        assert.include(JSON.stringify(raw), "kept")
        assert.include(reason, "dob")
      }
      yield* setRules()
      assert.deepInclude(yield* patients(), { status: "complete", inserted: result.quarantined, quarantined: 0 })
      assert.deepStrictEqual(yield* quarantined, [])
      assert.strictEqual(yield* count("select count(*) from athena.patients where raw::text ~ 'ssn|license'"), 0)
    }).pipe(Effect.provide(engine()))
  )
})

describe("free text that PostgreSQL cannot hold", () => {
  it.live("costs its characters, and neither its record nor its window", () =>
    Effect.gen(function* () {
      yield* setRules({
        match: list,
        fault: { kind: "badRecord", field: "appointmenttype", value: "a\u0000b\ud83dc", every: 3 }
      })
      assert.deepInclude(yield* appointments(day), { status: "complete", quarantined: 0 })
      yield* assertExact(day)
      const sql = yield* SqlClient
      const [row] = yield* sql`
        select distinct raw->>'appointmenttype' as type from athena.appointments
        where raw->>'appointmenttype' like 'ab%'`
      assert.deepStrictEqual({ ...row }, { type: "ab\ufffdc" })
      const before = yield* rowVersions
      yield* appointments(day)
      assert.deepStrictEqual(yield* rowVersions, before)
    }).pipe(Effect.provide(engine()))
  )
})
