import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { ListClaims } from "@athena-engine/athena-core/endpoints/claims/ListClaims"
import { CurrentPriority } from "@athena-engine/athena-core/rate-limit/Priority"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AnyDelivery } from "../../src/handlers/Delivery.ts"
import * as Handlers from "../../src/handlers/Handlers.ts"
import { on } from "../../src/handlers/on.ts"
import { redrive } from "../../src/redrive/redrive.ts"
import { engineWith, withDeliveries, withWorker } from "../support/engine.ts"
import { accept, drained, event, practiceId, stateOf, until } from "../support/events.ts"

/** What the handlers do in a test, and what they were called with. */
const calls: Array<AnyDelivery & { readonly handler: string }> = []
const behaviour = new Map<string, (delivery: AnyDelivery) => Effect.Effect<unknown, unknown>>()

const called = (handler: string) => (delivery: AnyDelivery) =>
  Effect.suspend(() => {
    calls.push({ ...delivery, handler })
    return behaviour.get(handler)?.(delivery) ?? Effect.void
  })

/** The handlers do nothing, and were not called yet. */
const behave = Effect.sync(() => {
  calls.length = 0
  behaviour.clear()
})

/** Nothing is left of the test before. */
const begin = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`delete from webhook.resources`
  yield* sql`delete from webhook.deliveries`
  yield* behave
})

const handlers = Handlers.layer([
  on("Appointment.*", { name: "all", timeout: "1 second", attempts: 3 }, called("all")),
  on(
    ["Appointment.check-in", "Patient.update"],
    { name: "arrivals", concurrency: 1, timeout: "5 minutes" },
    called("arrivals")
  ),
  on(["Claim.*", "Encounter.signoff", "Order.cancel"], { name: "charts" }, called("charts"))
])

const ids = (n: number) =>
  Simulator.use((simulator) => simulator.snapshot(practiceId)).pipe(
    Effect.map(({ appointments }) =>
      appointments
        .filter(({ status }) => status === "f")
        .slice(n * 10, n * 10 + 10)
        .map(({ appointmentId }) => appointmentId)
    )
  )

interface Owed {
  readonly status: string
  readonly attempts: number
  readonly tag: string | null
}

const owed = Effect.fnUntraced(function* (handler: string, eventId: string) {
  const sql = yield* SqlClient
  const [row] = yield* sql<Owed>`
    select status, attempts, last_error_tag as tag from webhook.deliveries
    where handler = ${handler} and event_id = ${eventId}`
  return row
})

const nothingOwed = Effect.flatMap(SqlClient, (sql) =>
  Effect.map(sql`select from webhook.deliveries where status = 'pending' limit 1`, (rows) => rows.length === 0)
)
const delivered = Effect.andThen(drained, until(nothingOwed))

const hurry = Effect.flatMap(
  SqlClient,
  (sql) =>
    sql`update webhook.deliveries set due_at = now() where status = 'pending' and holder is null and due_at > now()`
)

const requests = Simulator.use((simulator) => simulator.statistics).pipe(
  Effect.map(({ practices }) => practices[practiceId]?.routes ?? {})
)
const resetStatistics = Simulator.use((simulator) => simulator.resetStatistics)

class Refused extends Schema.TaggedError<Refused>()("Refused", { secret: Schema.String }) {
  override get message() {
    return `refused ${this.secret}`
  }
}

const both = <A, E, R>(effect: Effect.Effect<A, E, R>) => withWorker(withDeliveries(effect))

layer(engineWith(handlers), { excludeTestServices: true })("handlers", (it) => {
  it.effect("are given every event of their topics with its record, which costs no call", () =>
    Effect.gen(function* () {
      yield* begin
      const seen: Array<unknown> = []
      behaviour.set("all", () =>
        Effect.map(Effect.all([CurrentPriority, CurrentAuditContext]), ([priority, { source }]) =>
          seen.push(priority, source)
        )
      )
      const appointments = yield* ids(0)
      const events = appointments.flatMap((id) => [event("Appointment.check-in", id), event("Appointment.update", id)])
      yield* both(accept(event("Appointment.update", appointments[0] ?? "")))
      yield* both(delivered)
      yield* behave
      yield* resetStatistics
      yield* both(Effect.andThen(accept(...events), delivered))
      assert.deepStrictEqual(
        new Set(calls.map(({ handler, idempotencyKey }) => `${handler} ${idempotencyKey}`)),
        new Set([
          ...events.map(({ eventId }) => `all all:${eventId}`),
          ...events.flatMap(({ eventId, topic }) => (topic.endsWith("in") ? [`arrivals arrivals:${eventId}`] : []))
        ])
      )
      assert.lengthOf(calls, 30)
      for (const { record, resourceId, type } of calls) {
        assert.deepInclude(record, { appointmentId: resourceId })
        assert.strictEqual(type, "Appointment")
      }
      const { appointment = 0 } = yield* requests
      assert.strictEqual(appointment, 10, "ten records, twenty events, thirty deliveries")
      assert.deepStrictEqual(new Set(seen), new Set(["events", "webhook"]))
    })
  )

  it.effect("are given the events of one record in their order, each after the one before", () =>
    Effect.gen(function* () {
      yield* begin
      const [one = "", two = ""] = yield* ids(1)
      const inHand = new Map<string, number>()
      let together = 0
      behaviour.set("all", ({ resourceId }) =>
        Effect.gen(function* () {
          const now = (inHand.get(resourceId) ?? 0) + 1
          inHand.set(resourceId, now)
          if (now > 1) together++
          yield* Effect.sleep("10 millis")
          inHand.set(resourceId, 0)
        })
      )
      const events = ["schedule", "update", "check-in", "check-out", "update"].flatMap((what) => [
        event(`Appointment.${what}`, one),
        event(`Appointment.${what}`, two)
      ])
      yield* both(
        withDeliveries(
          Effect.andThen(
            Effect.forEach(events, (next) => accept(next)),
            delivered
          )
        )
      )
      for (const id of [one, two]) {
        assert.deepStrictEqual(
          calls
            .filter(({ handler, resourceId }) => handler === "all" && resourceId === id)
            .map(({ eventId }) => eventId),
          events.filter(({ resourceId }) => resourceId === id).map(({ eventId }) => eventId)
        )
      }
      assert.strictEqual(together, 0)
    })
  )

  it.effect("are called again after a failure, later each time, and what comes behind it waits", () =>
    Effect.gen(function* () {
      yield* begin
      const sql = yield* SqlClient
      const [id = "", other = ""] = yield* ids(2)
      const [first, second, elsewhere] = [
        event("Appointment.update", id),
        event("Appointment.cancel", id),
        event("Appointment.update", other)
      ]
      behaviour.set("all", ({ eventId }) =>
        eventId === first?.eventId ? Effect.fail(new Refused({ secret: "Marker Smith" })) : Effect.void
      )
      yield* both(
        Effect.gen(function* () {
          yield* accept(first ?? event("", ""), elsewhere ?? event("", ""))
          yield* until(Effect.map(owed("all", first?.eventId ?? ""), (row) => row?.tag === "Refused"))
          yield* accept(second ?? event("", ""))
          yield* drained
          const [{ wait } = { wait: 0 }] = yield* sql<{ readonly wait: number }>`
            select extract(epoch from due_at - created_at)::float8 as wait from webhook.deliveries
            where event_id = ${first?.eventId ?? ""} and handler = 'all'`
          assert.isAtLeast(wait, 5)
          yield* until(Effect.map(owed("all", elsewhere?.eventId ?? ""), (row) => row?.status === "done"))
          assert.deepStrictEqual(yield* owed("all", second?.eventId ?? ""), {
            status: "pending",
            attempts: 0,
            tag: null
          })
          yield* Effect.raceFirst(until(nothingOwed), Effect.forever(Effect.andThen(hurry, Effect.sleep("20 millis"))))
        })
      )
      assert.deepStrictEqual(
        calls.filter(({ resourceId }) => resourceId === id).map(({ attempt, eventId }) => [eventId, attempt]),
        [
          [first?.eventId, 1],
          [first?.eventId, 2],
          [first?.eventId, 3],
          [second?.eventId, 1]
        ]
      )
      assert.deepStrictEqual(yield* owed("all", first?.eventId ?? ""), { status: "dead", attempts: 3, tag: "Refused" })
      const stored = yield* sql`select row_to_json(one)::text as text from webhook.deliveries as one`
      assert.notInclude(JSON.stringify(stored), "Marker")
    })
  )

  it.effect("that hang or are slow are ended, and keep neither records nor other handlers waiting", () =>
    Effect.gen(function* () {
      yield* begin
      const appointments = yield* ids(3)
      behaviour.set("arrivals", () => Effect.never)
      const release = yield* Deferred.make<void>()
      behaviour.set("all", ({ resourceId }) =>
        resourceId === appointments[0] ? Effect.uninterruptible(Deferred.await(release)) : Effect.void
      )
      const events = appointments.map((id) => event("Appointment.check-in", id))
      yield* both(
        Effect.gen(function* () {
          yield* accept(...events)
          yield* drained
          for (const { eventId, resourceId } of events) {
            if (resourceId !== appointments[0]) {
              yield* until(Effect.map(owed("all", eventId), (row) => row?.status === "done"))
            }
          }
          // It does not let itself be interrupted either.
          yield* until(Effect.map(owed("all", events[0]?.eventId ?? ""), (row) => row?.tag === "HandlerSlow"))
          behaviour.clear()
          yield* Deferred.succeed(release, undefined)
        })
      )
      assert.lengthOf(
        calls.filter(({ handler }) => handler === "arrivals"),
        1,
        "one at a time"
      )
      const [sql, [hanging]] = [yield* SqlClient, calls.filter(({ handler }) => handler === "arrivals")]
      assert.deepStrictEqual(yield* owed("arrivals", hanging?.eventId ?? ""), {
        status: "pending",
        attempts: 0,
        tag: "Stopped"
      })
      yield* hurry
      yield* both(delivered)
      const left = yield* sql`select from webhook.deliveries where status <> 'done' and topic = 'Appointment.check-in'`
      assert.lengthOf(left, 0)
    })
  )

  it.effect(
    "are called again with the same key when their process ends before that is committed, and the record is read again",
    () =>
      Effect.gen(function* () {
        yield* begin
        const sql = yield* SqlClient
        const [id = ""] = yield* ids(4)
        const one = event("Appointment.update", id)
        // The handler is done, its commit is not: as if the process had been killed in between.
        behaviour.set(
          "all",
          () => sql`update webhook.deliveries set fence = 0, kept_by = 'another process', reading = -1`
        )
        yield* both(Effect.andThen(accept(one), until(Effect.sync(() => calls.length === 1))))
        behaviour.clear()
        assert.deepInclude(yield* owed("all", one.eventId), { status: "pending", attempts: 1 })
        yield* resetStatistics
        yield* sql`update webhook.deliveries set due_at = now() - interval '11 seconds' where event_id = ${one.eventId}`
        yield* withDeliveries(delivered)
        assert.deepStrictEqual(
          calls.map(({ attempt, idempotencyKey }) => [attempt, idempotencyKey]),
          [
            [1, `all:${one.eventId}`],
            [2, `all:${one.eventId}`]
          ]
        )
        assert.deepInclude(calls[1]?.record, { appointmentId: id })
        assert.strictEqual((yield* requests)["appointment"], 1)
      })
  )

  it.effect("that take their process along with them are given up as well", () =>
    Effect.gen(function* () {
      yield* begin
      const sql = yield* SqlClient
      const [id = ""] = yield* ids(5)
      const one = event("Appointment.update", id)
      behaviour.set("all", () => Effect.never)
      yield* both(Effect.andThen(accept(one), until(Effect.sync(() => calls.length === 1))))
      yield* sql`update webhook.deliveries set attempts = 3, due_at = now() where event_id = ${one.eventId}`
      yield* behave
      yield* withDeliveries(until(Effect.map(owed("all", one.eventId), (row) => row?.status === "dead")))
      assert.deepInclude(yield* owed("all", one.eventId), { tag: "NeverCameBack" })
      assert.lengthOf(calls, 0)
    })
  )

  it.effect(
    "are given what they gave up when it is sent through again, behind what they are owed for the record by then",
    () =>
      Effect.gen(function* () {
        yield* begin
        const sql = yield* SqlClient
        const [id = ""] = yield* ids(6)
        const [first, second] = [event("Appointment.check-in", id), event("Appointment.update", id)]
        behaviour.set("all", () => Effect.fail(new Refused({ secret: "" })))
        yield* both(
          Effect.gen(function* () {
            yield* accept(first)
            yield* until(Effect.map(owed("all", first.eventId), (row) => row?.tag === "Refused"))
          })
        )
        yield* sql`update webhook.deliveries set status = 'dead' where event_id = ${first.eventId} and handler = 'all'`
        yield* behave
        yield* withWorker(Effect.andThen(accept(second), drained))
        assert.deepStrictEqual(yield* redrive({ eventIds: [first.eventId, second.eventId], practices: [] }), {
          events: 0,
          deliveries: 1,
          notDead: [second.eventId]
        })
        yield* both(delivered)
        assert.deepStrictEqual(
          calls.map(({ attempt, eventId }) => [eventId, attempt]),
          [
            [second.eventId, 1],
            [first.eventId, 1]
          ]
        )
        yield* sql`update webhook.events set status = 'dead', attempts = 8 where event_id = ${first.eventId}`
        assert.deepInclude(yield* redrive({ eventIds: [], practices: [practiceId] }), { events: 1, deliveries: 0 })
        yield* both(delivered)
        assert.deepInclude(yield* stateOf(first.eventId), { status: "done", attempts: 1 })
        assert.lengthOf(calls, 2, "what a handler has done is not done again")
      })
  )

  it.effect("read records that there is no table for, and what nobody wants stays kept", () =>
    Effect.gen(function* () {
      yield* begin
      const read: Array<unknown> = []
      behaviour.set("charts", (delivery) =>
        delivery.read === undefined
          ? Effect.void
          : Effect.map(Effect.all([delivery.read, delivery.read]), (records) => read.push(...records))
      )
      const [claim] = yield* ListClaims.records({ practiceId }).pipe(Stream.take(1), Stream.runCollect)
      const billed = event("Claim.update", claim?.claimId ?? "")
      const order = event("Order.cancel", "12")
      const unwanted = event("Order.update", "12")
      const unnamed = event("Encounter.signoff", "35")
      yield* both(
        Effect.gen(function* () {
          yield* resetStatistics
          yield* accept(order, unwanted, unnamed, billed)
          yield* until(Effect.map(owed("charts", billed.eventId), (row) => row?.status === "done"))
          yield* until(Effect.map(owed("charts", order.eventId), (row) => row?.status === "done"))
          yield* until(Effect.map(owed("charts", unnamed.eventId), (row) => row?.tag === "RecordUnnamed"))
        })
      )
      assert.deepInclude(yield* stateOf(unwanted.eventId), { status: "kept" })
      assert.deepInclude(yield* stateOf(order.eventId), { status: "done" })
      assert.lengthOf(read, 2)
      assert.deepInclude(read[0], { claimId: claim?.claimId })
      assert.strictEqual((yield* requests)["claim"], 1, "all who ask share the call")
    })
  )

  it.effect("that pass on that a practice has to be waited for lose no attempt", () =>
    Effect.gen(function* () {
      yield* begin
      const sql = yield* SqlClient
      const [claim] = yield* ListClaims.records({ practiceId }).pipe(Stream.take(1), Stream.runCollect)
      const billed = event("Claim.create", claim?.claimId ?? "")
      behaviour.set("charts", ({ read }) => read ?? Effect.void)
      const simulator = yield* Simulator
      yield* simulator.setFaults({ rules: [{ fault: { kind: "status", status: 429, retryAfter: "3600" } }] })
      yield* both(
        Effect.andThen(
          accept(billed),
          until(Effect.map(owed("charts", billed.eventId), (row) => row?.tag === "AthenaError/Throttled"))
        )
      )
      assert.deepInclude(yield* owed("charts", billed.eventId), { status: "pending", attempts: 0 })
      const [{ wait } = { wait: 0 }] = yield* sql<{ readonly wait: number }>`
        select extract(epoch from due_at - now())::float8 as wait from webhook.deliveries where event_id = ${billed.eventId}`
      assert.isAbove(wait, 3000)
      yield* simulator.setFaults({ rules: [] })
    })
  )
})
