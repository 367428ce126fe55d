import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readStatus } from "../../src/status/readStatus.ts"
import { engine } from "../support/engine.ts"
import {
  appointments,
  assertExact,
  bookedOn,
  count,
  happens,
  june,
  practiceId,
  requestsOf,
  rowVersions,
  someOn,
  stored,
  table,
  truth
} from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-07" }
const monday = week.from
const tuesday = "2019-06-04"
const outside = "2019-06-17"

describe("a month of a practice", () => {
  it.live("ends equal to the practice, cancelled ones included, and a second run writes no row", () =>
    Effect.gen(function* () {
      const first = yield* appointments(june)
      assert.strictEqual(first.status, "complete")
      yield* assertExact(june)
      const rows = yield* table(june)
      assert.isTrue(rows.some(({ status }) => status === "x"))
      assert.strictEqual(first.inserted, rows.length)
      assert.strictEqual(first.fetched, rows.length)

      const before = yield* rowVersions
      const second = yield* appointments(june)
      assert.deepStrictEqual(yield* rowVersions, before)
      const { fetched, inserted, updated, unchanged, gone, quarantined, drifted, status } = second
      assert.deepStrictEqual(
        { fetched, inserted, updated, unchanged, gone, quarantined, drifted, status },
        {
          fetched: rows.length,
          inserted: 0,
          updated: 0,
          unchanged: rows.length,
          gone: 0,
          quarantined: 0,
          drifted: 0,
          status: "complete"
        }
      )
      // Departments and thirty days; a quiet month costs no read by id.
      assert.strictEqual(second.requests, 31)

      const [status2] = yield* readStatus()
      assert.deepInclude(status2, { practiceId, resource: "appointments", rows: rows.length, gone: 0, quarantined: 0 })
      assert.strictEqual(status2?.lastRun?.status, "complete")
      assert.strictEqual(status2?.watermark?.position, june.to)
      assert.deepStrictEqual(status2?.backlog, { finishedWindows: 0, candidates: 0, disputed: 0 })
      // The run's row tells what the result tells.
      const sql = yield* SqlClient
      const [run] = yield* sql`
        select status, fetched::int, unchanged::int, requests::int, finished_at is not null as finished, error_tag as error
        from athena.sync_runs order by started_at desc limit 1`
      assert.deepStrictEqual(
        { ...run },
        { status: "complete", fetched, unchanged, requests: 31, finished: true, error: null }
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live("is dated by the clock of each department", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const sql = yield* SqlClient
      const zones = yield* sql`
        select time_zone as zone,
          bool_and(extract(hour from (date + start_time) - (starts_at at time zone 'UTC')) =
            case time_zone when 'US/Eastern' then -4 else -7 end) as correct
        from athena.appointments group by 1 order by 1`
      assert.deepStrictEqual(
        zones.map((row) => ({ ...row })),
        [
          { zone: "America/Los_Angeles", correct: true },
          { zone: "US/Eastern", correct: true }
        ]
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live("gets its instants once the department's zone is known", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setFaults({
        rules: [
          {
            match: { route: "departments" },
            fault: { kind: "badRecord", field: "timezonename", value: "Mars/Olympus" }
          }
        ]
      })
      yield* appointments(week)
      const without = yield* count("select count(*) from athena.appointments where starts_at is null")
      assert.strictEqual(without, yield* count("select count(*) from athena.appointments"))
      yield* simulator.setFaults({ rules: [] })
      yield* appointments(week)
      yield* assertExact(week)
      assert.strictEqual(yield* count("select count(*) from athena.appointments where starts_at is null"), 0)
    }).pipe(Effect.provide(engine()))
  )

  it.live("is as exact where the practice writes its numbers as text", () =>
    Effect.gen(function* () {
      const older = PracticeId.make("195901")
      const result = yield* appointments(june, older)
      assert.strictEqual(result.status, "complete")
      assert.strictEqual(result.drifted, 0)
      yield* assertExact(june, older)
    }).pipe(Effect.provide(engine({ simulator: { maxRows: 4 } })))
  )

  it.live("keeps practices apart, although their ids are the same", () =>
    Effect.gen(function* () {
      const others = ["195901", "195902"].map((id) => PracticeId.make(id))
      const results = yield* Effect.forEach(
        [practiceId, ...others, PracticeId.make("195903")],
        (practice) => appointments(week, practice),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        results.map(({ status }) => status),
        ["complete", "complete", "complete", "failed"]
      )
      assert.strictEqual(results[3]?.error?.tag, "PracticeNotAuthorized")
      assert.match(results[3]?.error?.message ?? "", /practice 195903.*authorised/)
      yield* Effect.forEach([practiceId, ...others], (practice) => assertExact(week, practice))
      assert.strictEqual(yield* count("select count(*) from athena.appointments where practice_id = '195903'"), 0)
    }).pipe(Effect.provide(engine()))
  )
})

describe("after the next run, the table equals the practice", () => {
  /** Syncs, lets something happen, syncs again and compares; answers what happened and the second result. */
  const afterwards = <A>(change: Effect.Effect<A, unknown, Simulator>) =>
    Effect.gen(function* () {
      yield* appointments(week)
      const changed = yield* Effect.orDie(change)
      const result = yield* appointments(week)
      assert.strictEqual(result.status, "complete")
      yield* assertExact(week)
      const before = yield* rowVersions
      const again = yield* appointments(week)
      assert.deepInclude(again, { inserted: 0, updated: 0, gone: 0, status: "complete" })
      assert.deepStrictEqual(yield* rowVersions, before)
      return { changed, result }
    })

  const oneOn = (date: string) => Effect.map(someOn(date, 1), ([id]) => id ?? "")

  it.live("when one moved within the range", () =>
    Effect.gen(function* () {
      const { result } = yield* afterwards(
        Effect.flatMap(oneOn(monday), (appointmentId) =>
          happens({ kind: "move", appointmentId, date: tuesday, startTime: "10:20", departmentId: "172" })
        )
      )
      assert.deepInclude(result, { inserted: 0, updated: 1, gone: 0 })
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one moved into the range", () =>
    Effect.gen(function* () {
      const { result } = yield* afterwards(
        Effect.flatMap(oneOn(outside), (appointmentId) => happens({ kind: "move", appointmentId, date: tuesday }))
      )
      assert.deepInclude(result, { inserted: 1, updated: 0 })
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one moved out of the range, and back", () =>
    Effect.gen(function* () {
      const { changed, result } = yield* afterwards(
        Effect.flatMap(oneOn(monday), (appointmentId) => happens({ kind: "move", appointmentId, date: outside }))
      )
      assert.deepInclude(result, { inserted: 0, updated: 1, gone: 0 })
      assert.deepInclude(yield* stored(changed), { date: outside, isGone: false })
      yield* happens({ kind: "move", appointmentId: changed, date: tuesday })
      assert.deepInclude(yield* appointments(week), { updated: 1, gone: 0 })
      yield* assertExact(week)
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one was cancelled", () =>
    Effect.gen(function* () {
      const { changed, result } = yield* afterwards(
        Effect.flatMap(oneOn(monday), (appointmentId) => happens({ kind: "cancel", appointmentId }))
      )
      assert.deepInclude(result, { updated: 1, gone: 0 })
      assert.deepInclude(yield* stored(changed), { status: "x", isGone: false })
      const sql = yield* SqlClient
      assert.lengthOf(
        yield* sql`select 1 from athena.appointments where appointment_id = ${changed} and cancelled_at is not null`,
        1
      )
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one was rescheduled: old and new name each other", () =>
    Effect.gen(function* () {
      const { changed, result } = yield* afterwards(
        Effect.flatMap(oneOn(tuesday), (old) =>
          Effect.map(happens({ kind: "reschedule", appointmentId: old, date: monday }), (now) => ({ old, now }))
        )
      )
      assert.deepInclude(result, { inserted: 1, updated: 1 })
      assert.deepInclude(yield* stored(changed.old), { status: "x", rescheduledTo: changed.now })
      assert.deepInclude(yield* stored(changed.now), { rescheduledFrom: changed.old, rescheduledTo: null })
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one was moved out of the range and then rescheduled into it", () =>
    Effect.gen(function* () {
      const { changed } = yield* afterwards(
        Effect.gen(function* () {
          const old = yield* oneOn(tuesday)
          yield* happens({ kind: "move", appointmentId: old, date: outside })
          return { old, now: yield* happens({ kind: "reschedule", appointmentId: old, date: monday }) }
        })
      )
      assert.deepInclude(yield* stored(changed.old), { status: "x", date: outside, rescheduledTo: changed.now })
      assert.deepInclude(yield* stored(changed.now), { rescheduledFrom: changed.old })
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one was freed, and when somebody took the slot again", () =>
    Effect.gen(function* () {
      const { changed, result } = yield* afterwards(
        Effect.flatMap(oneOn(monday), (appointmentId) => happens({ kind: "free", appointmentId }))
      )
      assert.deepInclude(result, { updated: 0, gone: 1 })
      assert.deepInclude(yield* stored(changed), { status: "o", patientId: null, isGone: true })
      yield* happens({ kind: "book", appointmentId: changed, patientId: "30005" })
      assert.deepInclude(yield* appointments(week), { inserted: 0, updated: 1 })
      assert.deepInclude(yield* stored(changed), { status: "f", patientId: "30005", isGone: false })
      yield* assertExact(week)
    }).pipe(Effect.provide(engine()))
  )

  it.live("when one was only touched", () =>
    Effect.gen(function* () {
      const { result } = yield* afterwards(
        Effect.flatMap(oneOn(monday), (appointmentId) => happens({ kind: "touch", appointmentId }))
      )
      assert.deepInclude(result, { updated: 1 })
    }).pipe(Effect.provide(engine()))
  )

  for (const unknownAppointment of [404, 400, "empty"] as const) {
    it.live(`when one was deleted, which its id answers as ${unknownAppointment}`, () =>
      Effect.gen(function* () {
        const asked = yield* requestsOf("appointment")
        const { changed, result } = yield* afterwards(
          Effect.flatMap(oneOn(monday), (appointmentId) => happens({ kind: "delete", appointmentId }))
        )
        assert.deepInclude(result, { updated: 0, gone: 1 })
        assert.deepInclude(yield* stored(changed), { isGone: true })
        // Twice for the one, and once for another that must be there.
        assert.strictEqual((yield* requestsOf("appointment")) - asked, 3)
        assert.strictEqual(yield* requestsOf("ping"), 1)
      }).pipe(Effect.provide(engine({ simulator: { unknownAppointment } })))
    )
  }

  const deleteAllOn = (date: string) =>
    Effect.flatMap(truth({ from: date, to: date }), (rows) =>
      Effect.forEach(rows, ({ appointmentId }) => happens({ kind: "delete", appointmentId }), { discard: true })
    )

  it.live("when one was deleted, though others outside of the range are too, of which nobody knows yet", () =>
    Effect.gen(function* () {
      // The table's last ones, which the run of the week asks nothing about.
      yield* appointments({ from: outside, to: outside })
      yield* deleteAllOn(outside)
      const { changed, result } = yield* afterwards(
        Effect.flatMap(oneOn(monday), (appointmentId) => happens({ kind: "delete", appointmentId }))
      )
      assert.deepInclude(result, { updated: 0, gone: 1 })
      assert.deepInclude(yield* stored(changed), { isGone: true })
    }).pipe(Effect.provide(engine()))
  )

  it.live("when all of a day were deleted, and nobody is left in the range who must be there", () =>
    Effect.gen(function* () {
      const sunday = { from: "2019-06-02", to: "2019-06-02" }
      yield* happens({ kind: "book", patientId: "30005", date: sunday.from })
      yield* appointments(week)
      yield* appointments(sunday)
      for (const appointmentId of yield* someOn(sunday.from, 1)) yield* happens({ kind: "delete", appointmentId })
      yield* deleteAllOn(week.to)
      assert.deepInclude(yield* appointments(sunday), { status: "complete", gone: 1 })
    }).pipe(Effect.provide(engine()))
  )

  it.live("when many things happened at once", () =>
    afterwards(
      Effect.gen(function* () {
        for (const day of [monday, tuesday, "2019-06-06"]) {
          const [moved, cancelled, rescheduled, freed, deleted, left] = yield* someOn(day, 6)
          yield* happens({ kind: "move", appointmentId: moved ?? "", date: "2019-06-05" })
          yield* happens({ kind: "cancel", appointmentId: cancelled ?? "" })
          yield* happens({ kind: "reschedule", appointmentId: rescheduled ?? "", date: "2019-06-07" })
          yield* happens({ kind: "free", appointmentId: freed ?? "" })
          yield* happens({ kind: "delete", appointmentId: deleted ?? "" })
          yield* happens({ kind: "move", appointmentId: left ?? "", date: outside })
        }
        yield* happens({ kind: "book", patientId: "30007", date: monday })
      })
    ).pipe(Effect.provide(engine()))
  )

  it.live("a list that leaves one out is no proof: it is read by id and stays as it was", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const simulator = yield* Simulator
      yield* simulator.setFaults({
        rules: [
          {
            match: { route: "bookedMultipleDepartment", startDate: "06/03/2019" },
            fault: { kind: "emptyPageWithNext" }
          }
        ]
      })
      const before = yield* rowVersions
      const result = yield* appointments(week)
      assert.deepInclude(result, { inserted: 0, updated: 0, gone: 0, drifted: 1 })
      assert.deepStrictEqual(yield* rowVersions, before)
      yield* simulator.setFaults({ rules: [] })
      yield* assertExact(week)
      assert.strictEqual((yield* bookedOn(monday)).length > 0, true)
      assert.isAbove((yield* truth(week)).length, 0)
    }).pipe(Effect.provide(engine()))
  )
})
