import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { changes, subscribed } from "../support/feeds.ts"
import { assertLinksExact, gonePatients, know, storedLinks, survivors, weeksPass } from "../support/patients.ts"
import { happens, patients } from "../support/practice.ts"

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

/** `30002` answers as one who was these before. */
const sends = (previous: unknown) =>
  setRules({
    match: { route: "patient", id: "30002" },
    fault: { kind: "badRecord", field: "previouspatientids", value: previous }
  })

const merge = (patientId: string, intoPatientId: string) => happens({ kind: "mergePatients", patientId, intoPatientId })

describe("merged patients", () => {
  it.live("are linked to whom they were merged into, over several merges, by reads and by the feed", () =>
    Effect.gen(function* () {
      yield* know("30001", "30002", "30003", "30004", "30005")
      yield* subscribed("patients")
      // 30009 was merged into 30010 before anybody looked.
      yield* know("30010")
      assert.deepInclude(yield* patients(), { status: "complete", updated: 6, merged: 1 })
      assert.deepStrictEqual(yield* storedLinks, ["30009 > 30010"])

      yield* merge("30001", "30002")
      yield* merge("30002", "30003")
      assert.deepInclude(yield* patients(), { status: "complete", updated: 3, merged: 2, gone: 0 })
      assert.deepStrictEqual(yield* storedLinks, ["30001 > 30002", "30001 > 30003", "30002 > 30003", "30009 > 30010"])
      yield* merge("30003", "30004")
      yield* happens({ kind: "deletePatient", patientId: "30005" })
      const fed = yield* changes("patients")
      assert.deepInclude(fed, { status: "complete", gone: 0, merged: 1 })
      const left = { "30001": "30004", "30002": "30004", "30003": "30004", "30009": "30010" }
      assert.deepStrictEqual(yield* survivors, left)
      yield* assertLinksExact
      // Nobody of them is gone, nor asked for again before long; then they are found as they were.
      assert.deepStrictEqual(yield* gonePatients, [])
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 2, updated: 0, merged: 0 })
      yield* weeksPass
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 6, updated: 0, merged: 0 })
      assert.deepInclude(yield* patients(), { status: "complete", fetched: 2 })

      const sql = yield* SqlClient
      const rows = yield* sql`
        select athena.surviving_patient('195900', '30004') as itself, athena.surviving_patient('7', '30001') as elsewhere`
      assert.deepStrictEqual({ ...rows[0] }, { itself: "30004", elsewhere: "30001" })
    }).pipe(Effect.provide(engine()))
  )

  it.live("are linked in whatever form they are named, and no longer than they are", () =>
    Effect.gen(function* () {
      yield* know("30001", "30002")
      const forms: ReadonlyArray<readonly [unknown, ReadonlyArray<string>]> = [
        [
          ["11", "12"],
          ["11", "12"]
        ],
        [
          [11, 13],
          ["11", "13"]
        ],
        ["11, 14", ["11", "14"]],
        [15, ["15"]],
        [
          [{ previouspatientid: "16" }, { patientid: 17 }],
          ["16", "17"]
        ],
        // Neither a name nor a number of another kind is an id, nor is one's own.
        [["Jo Doe", "078-05-1120", "", null, true, {}, "30002", "18", "18"], ["18"]],
        [[], []],
        [["18"], ["18"]],
        [null, []]
      ]
      for (const [sent, expected] of forms) {
        yield* sends(sent)
        assert.deepInclude(yield* patients(), { status: "complete", fetched: 2 })
        assert.deepStrictEqual(
          yield* storedLinks,
          expected.map((id) => `${id} > 30002`),
          JSON.stringify(sent)
        )
      }
      // What the vendor does not name any more is linked no more; a correction names another.
      yield* sends(["30001"])
      assert.deepInclude(yield* patients(), { merged: 1 })
      yield* setRules()
      assert.deepInclude(yield* patients(), { merged: 0 })
      assert.deepStrictEqual(yield* storedLinks, [])
    }).pipe(Effect.provide(engine()))
  )

  it.live("lead nobody round in circles", () =>
    Effect.gen(function* () {
      yield* know("30001", "30002", "30003")
      yield* happens({ kind: "deletePatient", patientId: "30003" })
      const names = (id: string, previous: string): FaultRule => ({
        match: { route: "patient", id },
        fault: { kind: "badRecord", field: "previouspatientids", value: [previous] }
      })
      yield* setRules(names("30001", "30003"), names("30002", "30001"), names("30003", "30002"))
      assert.deepInclude(yield* patients(), { status: "complete", merged: 3 })
      // Each was somebody else before: one who is not deleted is as good as any, and the same for all.
      assert.deepStrictEqual(yield* survivors, { "30001": "30001", "30002": "30001", "30003": "30001" })
    }).pipe(Effect.provide(engine()))
  )
})

describe("deleted patients", () => {
  it.live("are asked for again at once where an appointment names them, and where a feed may have missed them", () =>
    Effect.gen(function* () {
      yield* know("30001", "30002")
      yield* happens({ kind: "deletePatient", patientId: "30002" })
      assert.deepInclude(yield* patients(), { fetched: 2, updated: 2 })
      assert.deepInclude(yield* patients(), { fetched: 1 })
      yield* happens({ kind: "updatePatient", patientId: "30002", fields: { status: "active" } })
      const sql = yield* SqlClient
      yield* sql`
        insert into athena.appointments (
          practice_id, appointment_id, patient_id, department_id, date, start_time, status, raw, content_hash, read_at, run_id
        ) values ('195900', '1', '30002', '1', '2019-06-03', '09:00', 'f', '{}', '', now(), 'earlier')`
      assert.deepInclude(yield* patients(), { fetched: 2, updated: 1 })
      yield* happens({ kind: "deletePatient", patientId: "30002" })
      assert.deepInclude(yield* patients(), { fetched: 2, updated: 1 })
      assert.deepInclude(yield* patients(), { fetched: 1 })
      yield* sql`
        insert into athena.feeds (practice_id, feed, sweep_booked_at, sweep_reason)
        values ('195900', 'patients', now(), 'lapsed')`
      assert.deepInclude(yield* patients(), { fetched: 2, updated: 0 })
      assert.deepInclude(yield* patients(), { fetched: 1 })
    }).pipe(Effect.provide(engine()))
  )
})
