import type { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { pauseForOutage } from "../../src/process/sql/pauses.ts"
import { engine, withWorker } from "../support/engine.ts"
import { accept, drained, event, practiceId, stateOf, until } from "../support/events.ts"

type Without<M> = M extends unknown ? Omit<M, "practiceId"> : never

const happens = (mutation: Without<Mutation>) =>
  Simulator.use((simulator) => simulator.mutate({ ...mutation, practiceId } as Mutation))

const booked = (n: number) =>
  Simulator.use((simulator) => simulator.snapshot(practiceId)).pipe(
    Effect.map(({ appointments }) => appointments.filter(({ status }) => status === "f").slice(n * 10, n * 10 + 10))
  )

const requests = Simulator.use((simulator) => simulator.statistics).pipe(
  Effect.map(({ practices }) => practices[practiceId]?.routes ?? {})
)

const stored = Effect.fnUntraced(function* (id: string) {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly status: string; readonly zone: string | null; readonly gone: boolean }>`
    select status, time_zone as zone, gone_at is not null as gone from athena.appointments
    where practice_id = ${practiceId} and appointment_id = ${id}`
  return row
})

const resetStatistics = Simulator.use((simulator) => simulator.resetStatistics)

const pause = Effect.flatMap(SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly tag: string; readonly wait: number }>`
      select reason_tag as tag, extract(epoch from until - now())::float8 as wait from webhook.pauses`,
    ([row]) => row
  )
)

layer(engine, { excludeTestServices: true })("the worker", (it) => {
  it.effect("reads the record that an event names, as it is now, and is done with the event", () =>
    Effect.gen(function* () {
      const [appointment] = yield* booked(0)
      const id = appointment?.appointmentId ?? ""
      yield* happens({ kind: "cancel", appointmentId: id })
      const cancelled = event("Appointment.cancel", id)
      yield* withWorker(Effect.andThen(accept(cancelled), drained))
      assert.deepStrictEqual(yield* stateOf(cancelled.eventId), { status: "done", attempts: 1, tag: null })
      assert.deepInclude(yield* stored(id), { status: "x", gone: false })
      assert.isNotNull((yield* stored(id))?.zone, "the department was read as well")
      const sql = yield* SqlClient
      const audited = yield* sql`
        select from audit.events where source = 'webhook' and ${id} = any(appointment_ids) and outcome = 'success'`
      assert.isAbove(audited.length, 0)
    })
  )

  it.effect("reads a record once for all events that come close together, also when several workers are at it", () =>
    Effect.gen(function* () {
      const ids = (yield* booked(1)).map(({ appointmentId }) => appointmentId)
      yield* resetStatistics
      const all = ids.flatMap((id) =>
        ["schedule", "update", "check-in"].map((what) => event(`Appointment.${what}`, id))
      )
      yield* withWorker(
        withWorker(
          Effect.andThen(
            Effect.forEach(all, (one) => accept(one), { concurrency: 10 }),
            drained
          )
        )
      )
      assert.strictEqual((yield* requests)["appointment"], ids.length)
      const states = yield* Effect.forEach(all, ({ eventId }) => stateOf(eventId))
      assert.isTrue(states.every((state) => state?.status === "done" && state.attempts === 1))
    })
  )

  it.effect("stores patients and providers as well, and keeps what there is no table for", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const [appointment] = yield* booked(2)
      const claim = event("Claim.update", "77")
      yield* withWorker(
        Effect.andThen(
          accept(
            event("Patient.update", appointment?.patientId ?? ""),
            event("Provider.update", appointment?.providerId ?? ""),
            claim
          ),
          drained
        )
      )
      const [found] = yield* sql<{ readonly n: number }>`
        select ((select count(*) from athena.patients where patient_id = ${appointment?.patientId ?? ""})
          + (select count(*) from athena.providers where provider_id = ${appointment?.providerId ?? ""}))::int as n`
      assert.strictEqual(found?.n, 2)
      assert.deepInclude(yield* stateOf(claim.eventId), { status: "kept", attempts: 0 })
    })
  )

  it.effect("waits longer each time for a practice that is out, and no longer once it has answered", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const waits: Array<number> = []
      for (let n = 0; n < 9; n++) {
        yield* pauseForOutage(practiceId, "Unreachable")
        yield* pauseForOutage(practiceId, "Unreachable")
        waits.push(Math.round((yield* pause)?.wait ?? 0))
        yield* sql`update webhook.pauses set until = now()`
      }
      assert.deepStrictEqual(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300])
      const [appointment] = yield* booked(4)
      const one = event("Appointment.update", appointment?.appointmentId ?? "")
      yield* withWorker(Effect.andThen(accept(one), drained))
      assert.deepStrictEqual(yield* stateOf(one.eventId), { status: "done", attempts: 1, tag: null })
      assert.isUndefined(yield* pause)
    })
  )

  it.effect("gives a record up after its last attempt, and takes it up again with its next event", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const simulator = yield* Simulator
      const [bad, good] = yield* booked(5)
      const id = bad?.appointmentId ?? ""
      const lost = event("Appointment.update", id)
      yield* simulator.setFaults({ rules: [{ match: { id }, fault: { kind: "status", status: 403, body: "json" } }] })
      yield* withWorker(
        Effect.gen(function* () {
          yield* accept(lost)
          yield* Effect.raceFirst(
            until(Effect.map(stateOf(lost.eventId), (state) => state?.status === "dead")),
            Effect.forever(
              Effect.andThen(
                sql`update webhook.resources set due_at = now() where attempts > 0 and due_at > now() + interval '1 minute' or attempts > 0 and holder is null`,
                Effect.sleep("20 millis")
              )
            )
          )
          assert.deepInclude(yield* stateOf(lost.eventId), { attempts: 8, tag: "PermissionDenied" })
          assert.isUndefined(yield* pause, "the practice goes on")
          const other = event("Appointment.update", good?.appointmentId ?? "")
          yield* accept(other)
          yield* drained
          yield* simulator.setFaults({ rules: [] })
          const next = event("Appointment.update", id)
          yield* accept(next)
          yield* drained
          assert.deepInclude(yield* stateOf(next.eventId), { status: "done" })
        })
      )
    })
  )

  // A reading is given up after eighteen seconds, by the wall's clock.
  it.effect.skipIf(sized({ short: true, long: false }))(
    "counts an attempt of a record that alone hangs, and lets its practice go on",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const [hanging, good] = yield* booked(9)
        const id = hanging?.appointmentId ?? ""
        const stuck = event("Appointment.update", id)
        yield* simulator.setFaults({ rules: [{ match: { id }, fault: { kind: "hang" } }] })
        yield* withWorker(
          Effect.gen(function* () {
            yield* accept(stuck)
            yield* until(Effect.map(stateOf(stuck.eventId), (state) => state?.attempts === 1))
            assert.deepInclude(yield* stateOf(stuck.eventId), { status: "pending", tag: "ReadingSlow" })
            assert.isUndefined(yield* pause)
            const other = event("Appointment.update", good?.appointmentId ?? "")
            yield* accept(other)
            yield* until(Effect.map(stateOf(other.eventId), (state) => state?.status === "done"))
            yield* simulator.setFaults({ rules: [] })
            yield* accept(event("Appointment.update", id))
            yield* drained
          })
        )
      }),
    90_000
  )

  it.effect("reads a record again when an event comes while it is read", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const [appointment] = yield* booked(6)
      const id = appointment?.appointmentId ?? ""
      const first = event("Appointment.update", id)
      const second = event("Appointment.cancel", id)
      yield* simulator.setFaults({
        rules: [{ match: { id }, when: { times: 1 }, fault: { kind: "latency", milliseconds: 500 } }]
      })
      yield* resetStatistics
      yield* withWorker(
        Effect.gen(function* () {
          yield* accept(first)
          yield* until(Effect.map(requests, (routes) => Object.keys(routes).length > 0))
          yield* happens({ kind: "cancel", appointmentId: id })
          yield* accept(second)
          assert.deepInclude(yield* stateOf(second.eventId), { status: "pending" })
          yield* drained
        })
      )
      assert.deepInclude(yield* stored(id), { status: "x" })
      assert.deepInclude(yield* stateOf(second.eventId), { status: "done" })
      yield* simulator.setFaults({ rules: [] })
    })
  )

  it.effect("stores nothing for a claim that has run out, and leaves the record to whoever has it now", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const simulator = yield* Simulator
      const [appointment] = yield* booked(8)
      const id = appointment?.appointmentId ?? ""
      const one = event("Appointment.update", id)
      const asked = Effect.map(requests, (routes) => routes["appointment"] ?? 0)
      const latency = (nth: number, milliseconds: number) => ({
        match: { id },
        when: { nth: [nth] },
        fault: { kind: "latency" as const, milliseconds }
      })
      yield* simulator.setFaults({ rules: [latency(1, 1000), latency(2, 2500)] })
      yield* resetStatistics
      yield* withWorker(
        Effect.gen(function* () {
          yield* accept(one)
          yield* until(Effect.map(asked, (n) => n === 1))
          yield* happens({ kind: "cancel", appointmentId: id })
          // As if the first had stood still for as long as its claim holds.
          yield* sql`update webhook.resources set due_at = now() where resource_id = ${id}`
          yield* until(Effect.map(asked, (n) => n === 2))
          yield* until(Effect.map(stateOf(one.eventId), (state) => state?.status !== "processing"))
          yield* drained
        })
      )
      assert.strictEqual(yield* asked, 2, "nobody had to read it once more")
      assert.deepStrictEqual(yield* stateOf(one.eventId), { status: "done", attempts: 1, tag: null })
      assert.deepInclude(yield* stored(id), { status: "x" })
      yield* simulator.setFaults({ rules: [] })
    })
  )

  it.effect("puts back what it has in hand when it stops, for the next one to go on with at once", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const simulator = yield* Simulator
      const [appointment] = yield* booked(7)
      const one = event("Appointment.update", appointment?.appointmentId ?? "")
      yield* simulator.setFaults({ rules: [{ fault: { kind: "hang" } }] })
      yield* resetStatistics
      const stopped = withWorker(
        Effect.andThen(accept(one), until(Effect.map(requests, (routes) => Object.keys(routes).length > 0)))
      )
      yield* stopped
      assert.deepInclude(yield* stateOf(one.eventId), { status: "pending", attempts: 0 })
      const due = yield* sql`select from webhook.resources where due_at <= now()`
      assert.lengthOf(due, 1)
      yield* simulator.setFaults({ rules: [] })
      yield* withWorker(drained)
      assert.deepInclude(yield* stateOf(one.eventId), { status: "done" })
    })
  )
})

layer(engine, { excludeTestServices: true })("a practice that is told to wait", (it) => {
  it.effect("waits, and none of its records loses an attempt", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const [appointment] = yield* booked(3)
      const told = event("Appointment.update", appointment?.appointmentId ?? "")
      yield* simulator.setFaults({
        rules: [{ match: { practiceId }, fault: { kind: "status", status: 429, retryAfter: "3600" } }]
      })
      yield* withWorker(Effect.andThen(accept(told), until(Effect.map(pause, (row) => row !== undefined))))
      assert.deepInclude(yield* pause, { tag: "Throttled" })
      assert.isAbove((yield* pause)?.wait ?? 0, 3500)
      assert.deepStrictEqual(yield* stateOf(told.eventId), { status: "pending", attempts: 0, tag: "Throttled" })
      yield* simulator.setFaults({ rules: [] })
      yield* resetStatistics
      const later = event("Appointment.update", appointment?.appointmentId ?? "")
      yield* withWorker(Effect.andThen(accept(later), Effect.sleep("1 second")))
      assert.deepStrictEqual(yield* requests, {}, "nothing of it is tried before")
    })
  )
})
