import { ChangedAppointmentsSubscription } from "@athena-engine/athena-core/endpoints/appointments/ChangedAppointments"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { syncChanges } from "../../src/feeds/SyncChanges.ts"
import { engine } from "../support/engine.ts"
import { changes, journal, subscribed } from "../support/feeds.ts"
import {
  appointments,
  assertExact,
  happens,
  newRunId,
  practiceId,
  requestsOf,
  someOn,
  stored,
  truth
} from "../support/practice.ts"

const day = { from: "2019-06-03", to: "2019-06-03" }
const one = DepartmentId.make("1")

const { subscribe, unsubscribe } = ChangedAppointmentsSubscription

/** Until what was asked for is in force. */
const inForce = Simulator.use((simulator) => simulator.advance("3 seconds"))

/** As if the last look at the subscription, and the last asking for it, were long ago. */
const longAgo = Effect.flatMap(
  SqlClient,
  (sql) => sql`
    update athena.feeds set checked_at = checked_at - interval '2 days', subscribed_at = subscribed_at - interval '2 days',
      sweep_booked_at = sweep_booked_at - interval '2 days'`
)

const posts = requestsOf("subscribeToAppointments")

/** An appointment of the day in the department, and one elsewhere. */
const inAndOutside = Effect.gen(function* () {
  const all = (yield* truth(day)).filter(({ status }) => status === "f" || status === "4")
  const inside = all.find(({ departmentId }) => departmentId === one)?.appointmentId ?? ""
  const outside = all.find(({ departmentId }) => departmentId !== one)?.appointmentId ?? ""
  return { inside, outside }
})

describe("a subscription that is there", () => {
  it.live("is read as it is: nothing is posted, and what was before it is looked for", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      // Another program's, for one department.
      yield* subscribe({ practiceId, departmentIds: [one] })
      yield* inForce
      const [early = ""] = yield* someOn(day.from, 1)
      yield* happens({ kind: "cancel", appointmentId: early })
      assert.deepInclude(yield* changes(), {
        status: "complete",
        subscription: "active",
        sweep: { reason: "activated", state: "done" }
      })
      yield* assertExact(day)
      const { inside, outside } = yield* inAndOutside
      yield* happens({ kind: "touch", appointmentId: inside })
      yield* happens({ kind: "touch", appointmentId: outside })
      // It was not widened.
      assert.deepInclude(yield* changes(), { fetched: 1, requests: 1 })
      yield* longAgo
      assert.deepInclude(yield* changes(), { fetched: 0, requests: 2 })
      assert.strictEqual(yield* posts, 1)
    }).pipe(Effect.provide(engine()))
  )

  it.live("to some events by another program is not completed blindly, since that might widen it", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      yield* subscribe({ practiceId, eventName: "CheckIn", departmentIds: [one] })
      yield* inForce
      const partial = yield* changes()
      assert.deepInclude(partial, { status: "complete", subscription: "partial" })
      assert.lengthOf(partial.missingEvents ?? [], 8)
      assert.match(partial.notes.join(), /lacks ScheduleAppointment, CheckOut, .*another program's.*--department/)
      assert.strictEqual(yield* posts, 1)

      // Whoever names the departments has it completed, for those, one event a call.
      yield* changes("appointments", [one])
      assert.strictEqual(yield* posts, 9)
      yield* inForce
      yield* longAgo
      const whole = yield* changes("appointments", [one])
      assert.deepInclude(whole, { subscription: "active", sweep: { reason: "activated", state: "done" } })
      const { inside, outside } = yield* inAndOutside
      yield* happens({ kind: "cancel", appointmentId: inside })
      yield* happens({ kind: "cancel", appointmentId: outside })
      assert.deepInclude(yield* changes(), { fetched: 1, updated: 1 })
      assert.deepInclude(yield* stored(inside), { status: "x" })
      assert.strictEqual(yield* posts, 9)
    }).pipe(Effect.provide(engine()))
  )
})

describe("our own subscription", () => {
  it.live(
    "that lost an event gets it back with the departments that it is for, and what was missed is looked for",
    () =>
      Effect.gen(function* () {
        yield* appointments(day)
        yield* changes("appointments", [one])
        yield* inForce
        yield* changes()
        assert.strictEqual(yield* posts, 1)
        yield* unsubscribe({ practiceId, eventName: "CancelAppointment" })
        yield* inForce
        const { inside, outside } = yield* inAndOutside
        yield* happens({ kind: "cancel", appointmentId: inside })
        yield* longAgo
        const partial = yield* changes()
        assert.deepInclude(partial, { status: "complete", subscription: "partial", fetched: 0 })
        assert.deepStrictEqual(partial.missingEvents, ["CancelAppointment"])
        assert.match(partial.notes.join(), /lacks CancelAppointment; they were asked for/)
        assert.strictEqual(yield* posts, 2)
        // What it says lags behind; it is not asked for again meanwhile.
        yield* changes()
        assert.strictEqual(yield* posts, 2)
        yield* inForce
        const whole = yield* changes()
        assert.deepInclude(whole, {
          status: "complete",
          subscription: "active",
          sweep: { reason: "activated", state: "done" }
        })
        assert.deepInclude(yield* stored(inside), { status: "x" })
        yield* happens({ kind: "touch", appointmentId: outside })
        assert.deepInclude(yield* changes(), { fetched: 0 })
      }).pipe(Effect.provide(engine()))
  )

  it.live("that is meant for other departments now is asked for anew", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      yield* changes("appointments", [one])
      yield* inForce
      yield* changes()
      const all = ["1", "21", "172", "199"].map((id) => DepartmentId.make(id))
      yield* changes("appointments", all)
      assert.strictEqual(yield* posts, 2)
      yield* inForce
      const { inside, outside } = yield* inAndOutside
      yield* happens({ kind: "touch", appointmentId: inside })
      yield* happens({ kind: "touch", appointmentId: outside })
      assert.deepInclude(yield* changes("appointments", all.toReversed()), { fetched: 2 })
      assert.strictEqual(yield* posts, 2)
    }).pipe(Effect.provide(engine()))
  )

  it.live("that somebody ended is asked for again, and what was missed is looked for once it is in force", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      yield* subscribed()
      yield* unsubscribe({ practiceId })
      yield* inForce
      const [id = ""] = yield* someOn(day.from, 1)
      yield* happens({ kind: "cancel", appointmentId: id })
      yield* longAgo
      const lapsed = yield* changes()
      assert.deepInclude(lapsed, {
        status: "partial",
        subscription: "pending",
        sweep: { reason: "lapsed", state: "open" }
      })
      assert.strictEqual(lapsed.error?.tag, "ChangesMissing")
      assert.match(
        lapsed.error?.message ?? "",
        /subscription of its feed had ended; the next athena-sync changes does it/
      )
      assert.strictEqual(yield* posts, 2)
      yield* inForce
      assert.deepInclude(yield* changes(), { status: "complete", sweep: { reason: "lapsed", state: "done" } })
      yield* assertExact(day)
      assert.deepInclude(yield* journal(), { sweep: null })
    }).pipe(Effect.provide(engine()))
  )
})

describe("a feed that cannot be subscribed", () => {
  it.live("fails for a practice that did not authorise the app", () =>
    Effect.gen(function* () {
      const practice = PracticeId.make("195903")
      const result = yield* syncChanges({
        runId: newRunId(),
        practiceId: practice,
        feed: "patients",
        holder: "the test"
      })
      assert.deepInclude(result, { status: "failed", fetched: 0, subscription: "unknown" })
      assert.strictEqual(result.error?.tag, "PracticeNotAuthorized")
    }).pipe(Effect.provide(engine()))
  )
})
