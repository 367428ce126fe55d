import type { FaultPlan } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine } from "../support/engine.ts"
import { appointments, assertExact, count, happens, rowVersions, someOn, stored, table } from "../support/practice.ts"

const days = { from: "2019-06-03", to: "2019-06-05" }
const monday = days.from

const setFaults = (plan: FaultPlan) => Simulator.use((simulator) => simulator.setFaults(plan))
const wellAgain = setFaults({ rules: [] })
const goneRows = count("select count(*) from athena.appointments where gone_at is not null")

/** Eight retries take 36 s; here less than one. */
const hurried = engine({ clockFactor: 10 })

describe("an outage of the practice", () => {
  for (const [what, fault] of [
    ["answers that the practice is unknown", { kind: "practiceOutage" }],
    ["answers 503", { kind: "status", status: 503 }],
    ["answers with a page of HTML", { kind: "status", status: 502, body: "html" }]
  ] as const) {
    it.live(`marks nothing as gone, though a record is: ${what} to reads by id`, () =>
      Effect.gen(function* () {
        yield* appointments(days)
        const [deleted = ""] = yield* someOn(monday, 1)
        yield* happens({ kind: "delete", appointmentId: deleted })
        yield* setFaults({ rules: [{ match: { route: "appointment" }, fault }] })
        const result = yield* appointments(days)
        assert.deepInclude(result, { status: "partial", gone: 0 })
        assert.include(["PracticeUnknown", "ServerUnavailable"], result.error?.tag)
        assert.isFalse((yield* stored(deleted)).isGone)
        yield* wellAgain
        assert.deepInclude(yield* appointments(days), { status: "complete", gone: 1 })
        yield* assertExact(days)
      }).pipe(Effect.provide(hurried))
    )
  }

  it.live("marks nothing as gone when the record's own 404 comes while the practice itself does not answer", () =>
    Effect.gen(function* () {
      yield* appointments(days)
      const [deleted = ""] = yield* someOn(monday, 1)
      yield* happens({ kind: "delete", appointmentId: deleted })
      yield* setFaults({ rules: [{ match: { route: "ping" }, fault: { kind: "practiceOutage" } }] })
      const result = yield* appointments(days)
      assert.deepInclude(result, { status: "partial", gone: 0 })
      assert.strictEqual(result.error?.tag, "PracticeUnknown")
      assert.isFalse((yield* stored(deleted)).isGone)
    }).pipe(Effect.provide(hurried))
  )

  it.live("marks nothing as gone when the second 404 does not come", () =>
    Effect.gen(function* () {
      yield* appointments(days)
      const [there = ""] = yield* someOn(monday, 1)
      yield* setFaults({
        rules: [
          {
            match: { route: "bookedMultipleDepartment", startDate: "06/03/2019" },
            fault: { kind: "emptyPageWithNext" }
          },
          { match: { route: "appointment", id: there }, when: { nth: [1] }, fault: { kind: "status", status: 404 } }
        ]
      })
      const before = yield* rowVersions
      assert.deepInclude(yield* appointments(days), { status: "complete", gone: 0 })
      assert.deepStrictEqual(yield* rowVersions, before)
    }).pipe(Effect.provide(hurried))
  )

  it.live("fails a run that finds every day unavailable, and changes no row", () =>
    Effect.gen(function* () {
      yield* appointments(days)
      const before = yield* rowVersions
      yield* setFaults({
        rules: [{ match: { route: "bookedMultipleDepartment" }, fault: { kind: "status", status: 500 } }]
      })
      const result = yield* appointments(days)
      assert.deepInclude(result, { status: "failed", fetched: 0, gone: 0 })
      assert.deepInclude(result.error, { tag: "ServerUnavailable" })
      assert.match(result.error?.message ?? "", /practice 195900, GET .*multipledepartment: athenahealth answered 500/)
      assert.deepStrictEqual(yield* rowVersions, before)
      assert.strictEqual(yield* goneRows, 0)
    }).pipe(Effect.provide(hurried))
  )

  it.live("costs the other days nothing when it is of one day only", () =>
    Effect.gen(function* () {
      yield* setFaults({
        rules: [
          {
            match: { route: "bookedMultipleDepartment", startDate: "06/04/2019" },
            fault: { kind: "status", status: 500 }
          }
        ]
      })
      const result = yield* appointments(days)
      assert.deepInclude(result, { status: "partial" })
      assert.strictEqual(result.error?.tag, "ServerUnavailable")
      yield* assertExact({ from: monday, to: monday })
      yield* assertExact({ from: days.to, to: days.to })
      assert.deepStrictEqual(yield* table({ from: "2019-06-04", to: "2019-06-04" }), [])
      // It tells how far the practice was read without a gap.
      assert.strictEqual(yield* count("select count(*) from athena.watermarks where position = '2019-06-03'"), 1)
      yield* wellAgain
      assert.deepInclude(yield* appointments(days), { status: "complete" })
      yield* assertExact(days)
    }).pipe(Effect.provide(hurried))
  )
})

describe("a practice that is told to wait", () => {
  it.live("longer than it may ends its run with the time to come back, and the next goes on from there", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const range = { from: "2019-06-03", to: "2019-06-21" }
      yield* simulator.setFaults({
        rules: [
          {
            match: { route: "bookedMultipleDepartment" },
            when: { after: 10 },
            fault: { kind: "status", status: 429, retryAfter: "300" }
          }
        ]
      })
      const result = yield* appointments(range)
      assert.deepInclude(result, { status: "partial" })
      assert.strictEqual(result.error?.tag, "Throttled")
      assert.match(result.error?.message ?? "", /told to wait until .*--max-wait/)
      const retryAt = DateTime.makeUnsafe(result.error?.retryAt ?? "")
      const wait = Duration.toSeconds(DateTime.distance(yield* DateTime.now, retryAt))
      assert.isAbove(wait, 100)
      assert.isAtMost(wait, 300)
      const sql = yield* SqlClient
      const [run] = yield* sql`select status, error_tag as tag, retry_at is not null as told from athena.sync_runs`
      assert.deepStrictEqual({ ...run }, { status: "partial", tag: "Throttled", told: true })

      const finished = yield* count("select count(*) from athena.finished_windows")
      assert.isAtLeast(finished, 1)
      yield* wellAgain
      yield* simulator.resetStatistics
      yield* Effect.sleep(Duration.millis(wait * 1000 + 2000))
      assert.deepInclude(yield* appointments(range), { status: "complete" })
      const { practices } = yield* simulator.statistics
      assert.strictEqual(practices["195900"]?.routes["bookedMultipleDepartment"], 19 - finished)
      yield* assertExact(range)
    }).pipe(Effect.provide(engine({ clockFactor: 20 })))
  )
})
