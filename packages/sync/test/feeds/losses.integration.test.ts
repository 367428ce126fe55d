import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { ChangedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ChangedAppointments"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { engine, engineOnSocket } from "../support/engine.ts"
import { changes, journal, subscribed } from "../support/feeds.ts"
import { assertPatientsExact } from "../support/patients.ts"
import {
  appointments,
  assertExact,
  count,
  happens,
  patients,
  practiceId,
  requestsOf,
  someOn,
  stored
} from "../support/practice.ts"

const day = { from: "2019-06-03", to: "2019-06-03" }

const setRules = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

const begun = Effect.andThen(appointments(day), subscribed())

/** Waits for a request of the route. */
const asked = (route: string, howMany = 1) =>
  Effect.repeat(Effect.delay(requestsOf(route), "5 millis"), { until: (requests) => requests >= howMany })

const cancelOne = Effect.gen(function* () {
  const [appointmentId = ""] = yield* someOn(day.from, 1)
  yield* happens({ kind: "cancel", appointmentId })
  return appointmentId
})

const allClockChanges = [
  ["before the clocks go back", "2024-11-03T05:59:30Z"],
  ["after the clocks went forward", "2024-03-10T07:00:30Z"],
  ["after the clocks went back", "2024-11-03T06:30:00Z"],
  ["before the clocks go forward", "2024-03-10T06:59:30Z"]
] as const
const clockChanges = allClockChanges.slice(0, sized({ short: 2, long: allClockChanges.length }))

/** Somebody took what is pending, and died before anything was stored; the marker says since when. */
const takenSince = Effect.fnUntraced(function* (instant: string) {
  const sql = yield* SqlClient
  yield* ChangedAppointments.consume({ practiceId })
  yield* sql.unsafe(`update athena.feeds set taking_since = ${instant}`)
})

describe("changes that were taken and did not arrive", () => {
  for (const [name, fault] of [
    ["cut short", { kind: "truncate", after: 0.4 }],
    ["reset within the answer", { kind: "resetMidBody", after: 0.4 }]
  ] as const) {
    it.live(`are replayed in the same run (${name}), and once more when no request can be on its way`, () =>
      Effect.gen(function* () {
        yield* begun
        const id = yield* cancelOne
        yield* setRules({ match: { route: "changedAppointments" }, when: { nth: [1] }, fault })
        assert.deepInclude(yield* changes(), { status: "complete", updated: 1, replayed: 1 })
        assert.deepInclude(yield* stored(id), { status: "x" })
        yield* assertExact(day)
        assert.deepInclude(yield* journal(), { owed: true, isIdle: false })
        const sql = yield* SqlClient
        yield* sql`update athena.feeds set replay_settles_at = now() - interval '1 second'`
        assert.deepInclude(yield* changes(), { status: "complete", updated: 0, unchanged: 1, replayed: 1 })
        assert.deepInclude(yield* journal(), { owed: false, isIdle: true })
        assert.deepInclude(yield* changes(), { status: "complete", fetched: 0, replayed: 0 })
      }).pipe(Effect.provide(engine()))
    )
  }

  it.live("again and again end the run, and the next one replays", () =>
    Effect.gen(function* () {
      yield* begun
      const id = yield* cancelOne
      const takes = { match: { route: "changedAppointments" }, fault: { kind: "malformedJson" } } as const
      yield* setRules(takes)
      const result = yield* changes()
      assert.deepInclude(result, { status: "failed", fetched: 0 })
      assert.strictEqual(result.error?.tag, "UnreadableAnswer")
      yield* setRules()
      assert.deepInclude(yield* changes(), { status: "complete", updated: 1 })
      assert.deepInclude(yield* stored(id), { status: "x" })
    }).pipe(Effect.provide(engine({ athenaClockFactor: 20 })))
  )

  it.live("by a process that was killed, are replayed by the next one", () =>
    Effect.gen(function* () {
      yield* begun
      const id = yield* cancelOne
      // Taken when it is asked; the answer comes later.
      yield* setRules({ match: { route: "changedAppointments" }, fault: { kind: "latency", milliseconds: 20_000 } })
      const before = yield* requestsOf("changedAppointments")
      const { url } = yield* TestDatabase
      const { origin } = yield* SimulatorServer
      const child = spawn(process.execPath, [fileURLToPath(new URL("./readOnce.ts", import.meta.url))], {
        env: { ...process.env, DATABASE_URL: url, ORIGIN: origin },
        stdio: ["ignore", "ignore", "inherit"]
      })
      const exited = once(child, "exit")
      yield* asked("changedAppointments", before + 1).pipe(
        Effect.ensuring(Effect.sync(() => child.kill("SIGKILL"))),
        Effect.andThen(Effect.promise(() => exited))
      )
      assert.strictEqual(child.signalCode, "SIGKILL")
      yield* setRules()
      assert.notStrictEqual((yield* stored(id)).status, "x")
      // The dead process's session ends a moment later than the process.
      const next = yield* Effect.repeat(changes(), { until: ({ error }) => error?.tag !== "LeaseHeld" })
      assert.deepInclude(next, { status: "complete", updated: 1, replayed: 1 })
      yield* assertExact(day)
    }).pipe(Effect.provide(engineOnSocket()))
  )

  it.live("longer ago than is surely kept are replayed as far as they are, and all that is stored is read anew", () =>
    Effect.gen(function* () {
      yield* begun
      yield* cancelOne
      yield* takenSince("now() - interval '13 hours'")
      const result = yield* changes()
      assert.deepInclude(result, { status: "complete", updated: 1 })
      assert.deepStrictEqual(result.sweep, { reason: "replay-too-old", state: "done" })
      yield* assertExact(day)
      assert.isUndefined((yield* changes()).sweep)
    }).pipe(Effect.provide(engine()))
  )

  it.live("of patients, when they cannot be replayed, are missing until the patients were read anew", () =>
    Effect.gen(function* () {
      yield* appointments(day)
      yield* subscribed("patients")
      const sql = yield* SqlClient
      yield* patients()
      assert.strictEqual((yield* changes("patients")).sweep?.state, "done")
      yield* sql`update athena.feeds set taking_since = now()`
      yield* setRules({
        match: { route: "changedPatients" },
        when: { nth: [1] },
        fault: { kind: "status", status: 400 }
      })
      const missing = yield* changes("patients")
      assert.deepInclude(missing, { status: "partial", sweep: { reason: "replay-refused", state: "open" } })
      assert.strictEqual(missing.error?.tag, "ChangesMissing")
      assert.match(
        missing.error?.message ?? "",
        /^practice 195900, patients: .*could not be replayed; athena-sync patients does it$/
      )
      assert.deepInclude(yield* changes("patients"), { status: "partial" })
      yield* patients()
      assert.deepInclude(yield* changes("patients"), {
        status: "complete",
        sweep: { reason: "replay-refused", state: "done" }
      })
      assert.isUndefined((yield* changes("patients")).sweep)
    }).pipe(Effect.provide(engine()))
  )

  for (const [name, instant] of clockChanges) {
    it.live(`${name} are replayed`, () =>
      Effect.gen(function* () {
        yield* begun
        const id = yield* cancelOne
        // The vendor's clock stands there; the marker of a database whose clock agrees would say so.
        yield* takenSince(`'${instant}'::timestamptz`)
        assert.deepInclude(yield* changes(), { replayed: 1 })
        assert.strictEqual(
          yield* count(
            `select count(*) from athena.appointment_history where appointment_id = '${id}' and source <> 'list'`
          ),
          1
        )
      }).pipe(Effect.provide(engine({ simulator: { startsAt: instant, isClockStopped: true } })))
    )
  }
})

describe("a feed that was not read for more than a week", () => {
  it.live("may have forgotten something: all that is stored is read anew", () =>
    Effect.gen(function* () {
      yield* begun
      const sql = yield* SqlClient
      yield* sql`update athena.feeds set read_until = now() - interval '8 days'`
      const result = yield* changes()
      assert.deepInclude(result, { status: "complete", sweep: { reason: "late", state: "done" } })
    }).pipe(Effect.provide(engine()))
  )
})

describe("two readers of one feed", () => {
  it.live("are one after the other: the second says who reads it", () =>
    Effect.gen(function* () {
      yield* begun
      yield* cancelOne
      const before = yield* requestsOf("changedAppointments")
      yield* setRules({ match: { route: "changedAppointments" }, fault: { kind: "latency", milliseconds: 800 } })
      const first = yield* Effect.forkChild(changes())
      yield* asked("changedAppointments", before + 1)
      const second = yield* changes()
      assert.deepInclude(second, { status: "failed", fetched: 0, requests: 0, subscription: "unknown" })
      assert.match(second.error?.message ?? "", /^changed_appointments of practice 195900 is held by the test/)
      // Another feed of the practice is another queue.
      assert.deepInclude(yield* changes("patients"), { status: "complete" })
      assert.deepInclude(yield* Fiber.join(first), { status: "complete", updated: 1 })
      yield* assertExact(day)
    }).pipe(Effect.provide(engine()))
  )
})

describe("a list that was read before a change, and is stored after it", () => {
  it.live("does not bring back an appointment that the feed has freed, whether or not it was known", () =>
    Effect.gen(function* () {
      yield* subscribed()
      const [id = ""] = yield* someOn(day.from, 1)
      yield* setRules({ match: { route: "bookedMultipleDepartment" }, fault: { kind: "latency", milliseconds: 1500 } })
      const list = yield* Effect.forkChild(appointments(day))
      yield* asked("bookedMultipleDepartment")
      yield* happens({ kind: "free", appointmentId: id })
      assert.deepInclude(yield* changes(), { status: "complete", gone: 1 })
      assert.deepInclude(yield* Fiber.join(list), { status: "complete" })
      assert.deepInclude(yield* stored(id), { status: "o", isGone: true })
      yield* assertExact(day)
    }).pipe(Effect.provide(engine()))
  )
})

describe("a changed record that does not fit", () => {
  it.live("is set aside alone, and comes back when it fits", () =>
    Effect.gen(function* () {
      yield* begun
      const [bad = "", good = ""] = yield* someOn(day.from, 2)
      yield* happens({ kind: "touch", appointmentId: bad })
      yield* happens({ kind: "cancel", appointmentId: good })
      yield* setRules({
        match: { route: "changedAppointments" },
        when: { nth: [1] },
        fault: { kind: "badRecord", field: "date", value: "someday", every: 2 }
      })
      assert.deepInclude(yield* changes(), { status: "partial", fetched: 2, quarantined: 1 })
      assert.strictEqual(yield* count("select count(*) from athena.quarantine where resource = 'appointments'"), 1)
      yield* happens({ kind: "touch", appointmentId: bad })
      yield* happens({ kind: "touch", appointmentId: good })
      assert.deepInclude(yield* changes(), { status: "complete", quarantined: 0 })
      assert.strictEqual(yield* count("select count(*) from athena.quarantine"), 0)
      yield* assertExact(day)
    }).pipe(Effect.provide(engine()))
  )
})

describe("the feed of changed patients", () => {
  it.live("ends equal to the practice: added, changed, deleted, merged", () =>
    Effect.gen(function* () {
      yield* appointments({ from: day.from, to: "2019-06-07" })
      yield* subscribed("patients")
      yield* patients()
      const [changed = "", deleted = "", merged = "", into = ""] = (yield* assertPatientsExact)
        .filter(({ status }) => status === "active")
        .map(({ patientId }) => patientId)
      yield* happens({ kind: "updatePatient", patientId: changed, fields: { lastName: "Otherwise", email: null } })
      yield* happens({ kind: "deletePatient", patientId: deleted })
      yield* happens({ kind: "mergePatients", patientId: merged, intoPatientId: into })
      const added = yield* happens({ kind: "addPatient", fields: { lastName: "Latecomer" } })
      const result = yield* changes("patients")
      assert.deepInclude(result, { resource: "patients", status: "complete", inserted: 1, updated: 4 })
      yield* assertPatientsExact
      assert.strictEqual(yield* count(`select count(*) from athena.patients where patient_id = '${added}'`), 1)
      assert.strictEqual(
        yield* count(`
          select count(*) from athena.patients
          where patient_id = '${into}' and raw->'previouspatientids' ? '${merged}'`),
        1
      )
      // The reads by id find nothing new.
      assert.deepInclude(yield* patients(), { status: "complete", inserted: 0, updated: 0 })
    }).pipe(Effect.provide(engine()))
  )
})
