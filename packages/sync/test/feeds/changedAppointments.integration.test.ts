import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { engine } from "../support/engine.ts"
import { changes, journal, subscribed } from "../support/feeds.ts"
import {
  appointments,
  assertExact,
  count,
  happens,
  requestsOf,
  rowVersions,
  someOn,
  stored
} from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-07" }

/** The week is stored, and the feed is read from now on. */
const begun = Effect.andThen(appointments(week), subscribed())

describe("the feed of changed appointments", () => {
  it.live("is subscribed first: refused for a while, which is no failure, and then read", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      const asked = yield* changes()
      assert.deepInclude(asked, {
        resource: "appointments",
        status: "complete",
        fetched: 0,
        requests: 3,
        subscription: "pending"
      })
      assert.match(asked.notes.join(), /subscribed; changes come from \d{4}-/)
      assert.strictEqual(asked.notes.join().includes(asked.changesFrom ?? "none"), true)
      assert.isUndefined(asked.error)
      // Still not in force; it is not asked for again.
      assert.deepInclude(yield* changes(), { status: "complete", subscription: "pending", requests: 2 })
      assert.strictEqual(yield* requestsOf("subscribeToAppointments"), 1)

      // Before it takes effect nothing is told of: the first reading looks at all that is stored.
      const [early = "", later = ""] = yield* someOn(week.from, 2)
      yield* happens({ kind: "cancel", appointmentId: early })
      yield* (yield* Simulator).advance("3 seconds")
      const first = yield* changes()
      assert.deepInclude(first, { status: "complete", subscription: "active", updated: 1 })
      assert.deepStrictEqual(first.sweep, { reason: "activated", state: "done" })
      assert.deepInclude(yield* stored(early), { status: "x" })
      yield* happens({ kind: "cancel", appointmentId: later })
      const second = yield* changes()
      assert.deepInclude(second, { status: "complete", fetched: 1, updated: 1, requests: 1 })
      assert.isUndefined(second.sweep)
      yield* assertExact(week)
      assert.deepStrictEqual(yield* journal(), { isIdle: true, owed: false, sweep: null, read: true })
    }).pipe(Effect.provide(engine()))
  )

  it.live("ends equal to the practice: booked, moved, cancelled, rescheduled, freed, over several answers", () =>
    Effect.gen(function* () {
      yield* begun
      const [moved = "", cancelled = "", rescheduled = "", freed = "", twice = ""] = yield* someOn(week.from, 5)
      yield* happens({ kind: "move", appointmentId: moved, date: "2019-06-05" })
      yield* happens({ kind: "cancel", appointmentId: cancelled })
      const successor = yield* happens({ kind: "reschedule", appointmentId: rescheduled, date: "2019-06-06" })
      yield* happens({ kind: "free", appointmentId: freed })
      yield* happens({ kind: "touch", appointmentId: twice })
      yield* happens({ kind: "move", appointmentId: twice, date: "2019-06-04" })
      const booked = yield* happens({ kind: "book", patientId: "30003", date: "2019-06-07", startTime: "09:10" })
      // Nobody has it, and nobody had.
      const slot = yield* happens({ kind: "openSlot", date: "2019-06-07", startTime: "16:10" })
      const result = yield* changes()
      assert.deepInclude(result, { status: "complete", inserted: 2, updated: 4, gone: 1, quarantined: 0 })
      yield* assertExact(week)
      assert.deepInclude(yield* stored(cancelled), { status: "x", isGone: false })
      assert.deepInclude(yield* stored(rescheduled), { status: "x", rescheduledTo: successor })
      assert.deepInclude(yield* stored(successor), { rescheduledFrom: rescheduled })
      assert.deepInclude(yield* stored(freed), { status: "o", isGone: true, patientId: null })
      assert.deepInclude(yield* stored(booked), { patientId: "30003" })
      assert.strictEqual(yield* count(`select count(*) from athena.appointments where appointment_id = '${slot}'`), 0)
      assert.strictEqual(yield* count("select count(*) from athena.appointment_history where source = 'feed'"), 5)
      const before = yield* rowVersions
      assert.deepInclude(yield* changes(), { status: "complete", fetched: 0, requests: 1 })
      assert.deepInclude(yield* appointments(week), { status: "complete", inserted: 0, updated: 0, gone: 0 })
      assert.deepStrictEqual(yield* rowVersions, before)
    }).pipe(Effect.provide(engine({ simulator: { maxRows: 3 } })))
  )
})
