import { BookAppointment } from "@athena-engine/athena-core/endpoints/appointments/BookAppointment"
import { CancelAppointment } from "@athena-engine/athena-core/endpoints/appointments/CancelAppointment"
import {
  ChangedAppointments,
  ChangedAppointmentsSubscription
} from "@athena-engine/athena-core/endpoints/appointments/ChangedAppointments"
import { CheckIn } from "@athena-engine/athena-core/endpoints/appointments/CheckIn"
import { ConfirmAppointment } from "@athena-engine/athena-core/endpoints/appointments/ConfirmAppointment"
import { CreateAppointmentNote } from "@athena-engine/athena-core/endpoints/appointments/CreateAppointmentNote"
import { DeleteAppointmentNote } from "@athena-engine/athena-core/endpoints/appointments/DeleteAppointmentNote"
import { FreezeSlot } from "@athena-engine/athena-core/endpoints/appointments/FreezeSlot"
import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import { ListAppointmentNotes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentNotes"
import { ListAppointmentTypes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentTypes"
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { ListCancelReasons } from "@athena-engine/athena-core/endpoints/appointments/ListCancelReasons"
import { ListOpenSlots } from "@athena-engine/athena-core/endpoints/appointments/ListOpenSlots"
import { ListPatientAppointmentReasons } from "@athena-engine/athena-core/endpoints/appointments/ListPatientAppointmentReasons"
import { ListPatientAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListPatientAppointments"
import { RescheduleAppointment } from "@athena-engine/athena-core/endpoints/appointments/RescheduleAppointment"
import { StartCheckIn } from "@athena-engine/athena-core/endpoints/appointments/StartCheckIn"
import { UpdateAppointmentNote } from "@athena-engine/athena-core/endpoints/appointments/UpdateAppointmentNote"
import { UpdateBookedAppointment } from "@athena-engine/athena-core/endpoints/appointments/UpdateBookedAppointment"
import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { AppointmentTypeId } from "@athena-engine/athena-core/ids/AppointmentTypeId"
import { ConfirmationStatusId } from "@athena-engine/athena-core/ids/ConfirmationStatusId"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import { ReasonId } from "@athena-engine/athena-core/ids/ReasonId"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { signIn } from "../support/asking.ts"
import { clientOf, run } from "../support/client.ts"

const practiceId = PracticeId.make("195900")
const patientId = PatientId.make("30003")
const departmentId = DepartmentId.make("1")
const day = LocalDate.make("2019-07-10")
const wanted = { practiceId, departmentIds: [departmentId] as const, from: day, to: day }
const followUp = { reasonIds: [ReasonId.make("563")] as const, providerIds: [ProviderId.make("27")] as const }

/** An open slot nine days ahead; one that is open to the API unless it is said otherwise. */
const makeSlot = (isOpenToApi = true): Effect.Effect<AppointmentId, never, Simulator> =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const place = {
      date: "2019-07-10",
      startTime: "09:15",
      departmentId: "1",
      providerId: "27",
      appointmentTypeId: "2"
    }
    const made = yield* Effect.orDie(simulator.mutate({ kind: "openSlot", practiceId, ...place }))
    const id = Number(made.appointmentId)
    return (id % 13 !== 5) === isOpenToApi ? AppointmentId.make(String(id)) : yield* makeSlot(isOpenToApi)
  })

const booking = (appointmentId: AppointmentId) => ({
  practiceId,
  appointmentId,
  patientId,
  for: { reasonId: ReasonId.make("563") }
})

const slotIds = (query: Parameters<typeof ListOpenSlots.records>[0]) =>
  Effect.map(Stream.runCollect(ListOpenSlots.records(query)), (slots) =>
    slots.map(({ appointmentId }) => appointmentId)
  )

const bookedOn = (showCancelled: boolean) =>
  Effect.map(
    Stream.runCollect(ListBookedAppointments.records({ practiceId, from: day, to: day, departmentId, showCancelled })),
    (rows) => rows.map(({ appointmentId, status }) => `${appointmentId} ${status}`)
  )

const reasonOf = (error: { readonly _tag: string; readonly reason?: unknown }) =>
  error._tag === "AthenaError" ? (error.reason as { readonly _tag: string })._tag : error._tag

const inWorld = <A, E, R>(body: Effect.Effect<A, E, R>) => {
  const { layer } = clientOf()
  return Effect.provide(body, layer)
}

describe("open slots", () => {
  it.effect("are found by reason, by type and by any reason, and become appointments under their own id", () =>
    inWorld(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        for (const what of [followUp, { appointmentTypeId: "2" as never }, { anyReason: true as const }]) {
          assert.include(yield* run(slotIds({ ...wanted, for: what })), slot)
        }
        assert.deepStrictEqual(
          yield* run(slotIds({ ...wanted, for: { ...followUp, reasonIds: [ReasonId.make("565")] } })),
          []
        )
        const outcome = yield* run(BookAppointment.write(booking(slot)))
        assert.deepStrictEqual(outcome._tag === "Written" ? outcome.value : outcome, slot)
        assert.notInclude(yield* run(slotIds({ ...wanted, for: followUp })), slot)
        assert.deepStrictEqual(yield* run(bookedOn(false)), [`${slot} f`])
        const mine = yield* run(
          Stream.runCollect(ListPatientAppointments.records({ practiceId, patientId, from: day }))
        )
        assert.deepStrictEqual(
          mine.map(({ appointmentId, patientId: patient }) => [appointmentId, patient]),
          [[slot, undefined]]
        )
      })
    )
  )

  it.effect("are hidden when they are close, far, or not open to the API, unless they are asked for", () =>
    inWorld(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        const closed = yield* makeSlot(false)
        const query = { ...wanted, for: followUp }
        assert.notInclude(yield* run(slotIds(query)), closed)
        assert.include(yield* run(slotIds({ ...query, ignoreSchedulablePermission: true })), closed)
        yield* TestClock.adjust("9 days")
        assert.notInclude(yield* run(slotIds(query)), slot)
        assert.include(yield* run(slotIds({ ...query, bypassScheduleTimeChecks: true })), slot)
        assert.strictEqual(reasonOf(yield* run(Effect.flip(BookAppointment.write(booking(closed))))), "Conflict")
        const forced = yield* run(BookAppointment.write({ ...booking(closed), ignoreSchedulablePermission: true }))
        assert.strictEqual(forced._tag, "Written")
      })
    )
  )

  it.effect("are none when neither a reason nor a type is named, and no error", () =>
    inWorld(
      Effect.gen(function* () {
        const read = yield* signIn
        const answer = yield* read(
          "/v1/195900/appointments/open?departmentid=1&startdate=06/01/2019&enddate=06/30/2019"
        )
        assert.deepStrictEqual([answer.status, JSON.parse(answer.body)], [200, { totalcount: 0, appointments: [] }])
        assert.strictEqual((yield* read("/v1/195900/appointments/open?departmentid=1&reasonid=563")).status, 400)
      })
    )
  )

  it.effect("have types and reasons, and appointments have reasons to be cancelled for", () =>
    inWorld(
      Effect.gen(function* () {
        const types = yield* run(Stream.runCollect(ListAppointmentTypes.records({ practiceId })))
        assert.include(
          types.map(({ appointmentTypeId, isForPatients }) => `${appointmentTypeId} ${isForPatients}`),
          "1102 false"
        )
        const reasons = yield* run(
          Stream.runCollect(
            ListPatientAppointmentReasons.records({ practiceId, departmentId, providerId: ProviderId.make("27") })
          )
        )
        assert.include(
          reasons.map(({ forPatients, reason, reasonId }) => `${reasonId} ${reason} ${forPatients}`),
          "563 Follow Up existing"
        )
        const cancels = yield* run(Stream.runCollect(ListCancelReasons.records({ practiceId, slotAvailable: false })))
        assert.isTrue(cancels.length > 0 && cancels.every(({ isSlotAvailable }) => isSlotAvailable === false))
      })
    )
  )
})

describe("what is written about appointments", () => {
  it.effect("is refused when a slot is taken: the second of two who book it", () =>
    inWorld(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        yield* run(BookAppointment.write(booking(slot)))
        const other = { ...booking(slot), patientId: PatientId.make("30004") }
        assert.strictEqual(reasonOf(yield* run(Effect.flip(BookAppointment.write(other)))), "Conflict")
      })
    )
  )

  it.effect("cancels: hidden from the list, there for those who ask for cancelled ones", () =>
    inWorld(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        yield* run(BookAppointment.write(booking(slot)))
        assert.strictEqual((yield* run(CancelAppointment.write(booking(slot))))._tag, "Written")
        assert.deepStrictEqual(yield* run(bookedOn(false)), [])
        assert.deepStrictEqual(yield* run(bookedOn(true)), [`${slot} x`])
        assert.strictEqual(reasonOf(yield* run(Effect.flip(CancelAppointment.write(booking(slot))))), "InvalidRequest")
      })
    )
  )

  it.effect("reschedules: another id, and the old one names it", () =>
    inWorld(
      Effect.gen(function* () {
        const [old, next] = [yield* makeSlot(), yield* makeSlot()]
        yield* run(BookAppointment.write(booking(old)))
        const move = { practiceId, appointmentId: old, newAppointmentId: next, patientId }
        const outcome = yield* run(RescheduleAppointment.write(move))
        assert.deepStrictEqual(outcome._tag === "Written" ? outcome.value : outcome, next)
        const before = yield* run(GetAppointment.read({ practiceId, appointmentId: old }))
        assert.deepStrictEqual([before.status, before.rescheduledAppointmentId], ["x", next])
        const after = yield* run(GetAppointment.read({ practiceId, appointmentId: next }))
        assert.deepStrictEqual([after.status, after.patientId, after.startTime], ["f", patientId, "09:15"])
        assert.strictEqual(reasonOf(yield* run(Effect.flip(RescheduleAppointment.write(move)))), "InvalidRequest")
      })
    )
  )

  it.effect("checks in and confirms, and a second check-in fails inside", () =>
    inWorld(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        const query = { practiceId, appointmentId: slot }
        yield* run(BookAppointment.write(booking(slot)))
        const confirmed = { ...query, confirmationStatusId: ConfirmationStatusId.make("1") }
        assert.strictEqual((yield* run(ConfirmAppointment.write(confirmed)))._tag, "Written")
        assert.strictEqual((yield* run(StartCheckIn.write(query)))._tag, "Written")
        assert.strictEqual((yield* run(CheckIn.write(query)))._tag, "Written")
        const appointment = yield* run(GetAppointment.read(query))
        assert.strictEqual(appointment.status, "2")
        assert.strictEqual(reveal(appointment.raw, "integration")["appointmentconfirmationname"], "Confirmed")
        assert.strictEqual(reasonOf(yield* run(Effect.flip(CheckIn.write(query)))), "RefusedInside")
      })
    )
  )

  it.effect("adds, changes and deletes notes", () =>
    inWorld(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        const query = { practiceId, appointmentId: slot }
        const texts = (showDeleted: boolean) =>
          Effect.map(Stream.runCollect(ListAppointmentNotes.records({ ...query, showDeleted })), (notes) =>
            notes.map(({ details }) => reveal(details, "integration").text)
          )
        yield* run(BookAppointment.write(booking(slot)))
        yield* run(CreateAppointmentNote.write({ ...query, text: Redacted.make("Wheelchair & ramp") }))
        assert.deepStrictEqual(yield* run(texts(false)), ["Wheelchair & ramp"])
        const [note] = yield* run(Stream.runCollect(ListAppointmentNotes.records(query)))
        const noteId = note?.noteId ?? ("0" as never)
        yield* run(UpdateAppointmentNote.write({ ...query, noteId, text: Redacted.make("Ramp") }))
        assert.deepStrictEqual(yield* run(texts(false)), ["Ramp"])
        yield* run(DeleteAppointmentNote.write({ ...query, noteId }))
        assert.deepStrictEqual(yield* run(texts(false)), [])
        assert.deepStrictEqual(yield* run(texts(true)), ["Ramp"])
      })
    )
  )

  it.effect("is told truly afterwards when the answer was lost: done before the line was cut, or never begun", () =>
    inWorld(
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const losing = (
          fault: { kind: "reset" } | { kind: "resetMidBody"; after: number },
          route: "bookAppointment" | "rescheduleAppointment" | "createNote"
        ) => simulator.setFaults({ rules: [{ match: { route }, when: { nth: [1] }, fault }] })
        const [done, never] = [yield* makeSlot(), yield* makeSlot()]
        yield* losing({ kind: "resetMidBody", after: 0.5 }, "bookAppointment")
        assert.deepStrictEqual(yield* run(BookAppointment.settle(booking(done))), { _tag: "Happened", value: done })
        yield* losing({ kind: "reset" }, "bookAppointment")
        assert.strictEqual((yield* run(BookAppointment.settle(booking(never))))._tag, "DidNotHappen")
        const move = { practiceId, appointmentId: done, newAppointmentId: never, patientId }
        yield* losing({ kind: "resetMidBody", after: 0.2 }, "rescheduleAppointment")
        assert.deepStrictEqual(yield* run(RescheduleAppointment.settle(move)), { _tag: "Happened", value: never })
        const note = { practiceId, appointmentId: never, text: Redacted.make("Once") }
        yield* losing({ kind: "resetMidBody", after: 0.1 }, "createNote")
        assert.strictEqual((yield* run(CreateAppointmentNote.settle(note)))._tag, "Happened")
        assert.strictEqual((yield* run(Stream.runCollect(ListAppointmentNotes.records(note)))).length, 1)
      })
    )
  )
})

describe("the feed of changed appointments", () => {
  const world = () => clientOf({ subscriptionDelaySeconds: 240 })
  const query = { practiceId }
  const drained = Effect.map(Stream.runCollect(ChangedAppointments.drain(query)), (answers) =>
    answers.flatMap(({ records }) => records.map(({ appointmentId, status }) => `${appointmentId} ${status}`))
  )
  const subscribed = Effect.gen(function* () {
    yield* run(ChangedAppointmentsSubscription.subscribe({ practiceId }))
    yield* TestClock.adjust("5 minutes")
  })

  it.effect("needs a subscription, which takes minutes to become active", () =>
    Effect.gen(function* () {
      const slot = yield* makeSlot()
      assert.strictEqual(reasonOf(yield* run(Effect.flip(ChangedAppointments.consume(query)))), "FeedNotSubscribed")
      yield* run(ChangedAppointmentsSubscription.subscribe({ practiceId }))
      assert.strictEqual((yield* run(ChangedAppointmentsSubscription.read(practiceId))).status, "inactive")
      assert.strictEqual(reasonOf(yield* run(Effect.flip(ChangedAppointments.consume(query)))), "FeedNotSubscribed")
      yield* run(BookAppointment.write(booking(slot)))
      yield* TestClock.adjust("5 minutes")
      const active = yield* run(ChangedAppointmentsSubscription.read(practiceId))
      assert.strictEqual(active.status, "active")
      assert.notInclude(active.eventNames, "UpdateReminderCall")
      assert.include(yield* run(ChangedAppointmentsSubscription.events(practiceId)), "UpdateReminderCall")
      assert.deepStrictEqual(yield* run(drained), [], "what happened before is not in it")
      yield* run(ChangedAppointmentsSubscription.unsubscribe({ practiceId }))
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(reasonOf(yield* run(Effect.flip(ChangedAppointments.consume(query)))), "FeedNotSubscribed")
    }).pipe(Effect.provide(world().layer))
  )

  it.effect("says INACTIVE of practices that there are not", () =>
    Effect.gen(function* () {
      for (const other of ["123", "195903"]) {
        const { status } = yield* run(ChangedAppointmentsSubscription.read(PracticeId.make(other)))
        assert.strictEqual(status, "inactive")
      }
    }).pipe(Effect.provide(world().layer))
  )

  it.effect(
    "gives every change once, open slots and cancelled ones too, and shows them again by when they were read",
    () => {
      const { intents, layer } = world()
      return Effect.gen(function* () {
        yield* subscribed
        const slot = yield* makeSlot()
        yield* run(BookAppointment.write(booking(slot)))
        const other = yield* makeSlot()
        const all = [`${slot} f`, `${slot} f`, `${other} o`]
        const peeked = yield* run(ChangedAppointments.peek(query))
        assert.deepStrictEqual(
          peeked.records.map(({ appointmentId, status }) => `${appointmentId} ${status}`),
          all
        )
        assert.deepStrictEqual(yield* run(drained), all)
        assert.deepStrictEqual(yield* run(drained), [])
        yield* TestClock.adjust("10 minutes")
        yield* run(CancelAppointment.write(booking(slot)))
        assert.deepStrictEqual(yield* run(drained), [`${slot} x`])
        const now = Date.parse("2019-07-01T12:00:00Z") + (yield* Effect.clockWith((clock) => clock.currentTimeMillis))
        const at = (minutes: number) => DateTime.makeUnsafe(now + minutes * 60_000)
        const replayed = (from: number, to: number) =>
          Effect.map(Stream.runCollect(ChangedAppointments.replay(query, { from: at(from), to: at(to) })), (pages) =>
            pages.flatMap(({ records }) => records.map(({ status }) => status))
          )
        assert.deepStrictEqual(yield* run(replayed(-5, 1)), ["x"])
        assert.deepStrictEqual(yield* run(replayed(-30, -5)), ["x", "x", "o"], "each as it is now")
        assert.deepStrictEqual(yield* run(replayed(-300, -200)), [])
        assert.isTrue(
          intents.filter(({ endpoint }) => endpoint.endsWith("/changed")).every(({ action }) => action === "E")
        )
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("loses a page per page to who follows an offset, and nothing to who drains it", () =>
    Effect.gen(function* () {
      yield* subscribed
      for (let made = 0; made < 6; made++) yield* makeSlot()
      const read = yield* signIn
      const rows = (text: string) =>
        Effect.map(read(`/v1/195900/appointments/changed?${text}`), ({ body }) => JSON.parse(body).appointments.length)
      const waiting = (yield* run(ChangedAppointments.peek(query))).totalCount ?? 0
      assert.strictEqual(yield* rows("limit=2"), 2)
      assert.strictEqual(yield* rows("limit=2&offset=2"), 2)
      assert.strictEqual((yield* run(ChangedAppointments.peek(query))).totalCount, waiting - 4)
      const rest = yield* run(Stream.runCollect(ChangedAppointments.drain({ practiceId, limit: 1 })))
      assert.strictEqual(rest.length, waiting - 4)
    }).pipe(Effect.provide(world().layer))
  )

  it.effect("loses what it sent on a line that was cut, until it is replayed", () =>
    Effect.gen(function* () {
      yield* subscribed
      const slot = yield* makeSlot()
      yield* (yield* Simulator).setFaults({
        rules: [
          { match: { route: "changedAppointments" }, when: { nth: [1] }, fault: { kind: "resetMidBody", after: 0.5 } }
        ]
      })
      const lost = yield* run(Effect.flip(ChangedAppointments.consume(query)))
      assert.strictEqual(lost._tag, "ChangesMayBeLost")
      assert.deepStrictEqual(yield* run(drained), [])
      const asked = lost._tag === "ChangesMayBeLost" ? DateTime.toEpochMillis(lost.askedAt) : 0
      const from = DateTime.makeUnsafe(Date.parse("2019-07-01T12:00:00Z") + asked - 60_000)
      const window = { from, to: DateTime.add(from, { hours: 1 }) }
      const pages = yield* run(Stream.runCollect(ChangedAppointments.replay(query, window)))
      assert.deepStrictEqual(
        pages.flatMap(({ records }) => records.map(({ appointmentId }) => appointmentId)),
        [slot]
      )
    }).pipe(Effect.provide(world().layer))
  )

  it.effect("is restricted to departments until it is subscribed without them", () =>
    Effect.gen(function* () {
      yield* run(ChangedAppointmentsSubscription.subscribe({ practiceId, departmentIds: [DepartmentId.make("21")] }))
      yield* TestClock.adjust("5 minutes")
      yield* makeSlot()
      assert.deepStrictEqual(yield* run(drained), [])
      yield* subscribed
      const slot = yield* makeSlot()
      assert.deepStrictEqual(yield* run(drained), [`${slot} o`])
    }).pipe(Effect.provide(world().layer))
  )
})

describe("a slot that is frozen", () => {
  it.effect("is hidden unless asked for, cannot be booked, and is open again when unfrozen", () =>
    run(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        const query = { ...wanted, for: followUp, bypassScheduleTimeChecks: true }
        const freeze = { practiceId, appointmentId: slot, isFrozen: true }
        assert.strictEqual((yield* FreezeSlot.write(freeze))._tag, "Written")
        assert.notInclude(yield* slotIds(query), slot)
        assert.include(yield* slotIds({ ...query, showFrozenSlots: true }), slot)
        const taken = yield* Effect.flip(BookAppointment.write(booking(slot)))
        assert.strictEqual(taken._tag === "AthenaError" && taken.reason._tag, "Conflict")
        const again = yield* Effect.flip(FreezeSlot.write(freeze))
        assert.strictEqual(again._tag === "AthenaError" && again.reason._tag, "RefusedInside")
        yield* FreezeSlot.write({ ...freeze, isFrozen: false })
        assert.include(yield* slotIds(query), slot)
        assert.strictEqual((yield* BookAppointment.write(booking(slot)))._tag, "Written")
        const booked = yield* Effect.flip(FreezeSlot.write(freeze))
        assert.strictEqual(booked._tag === "AthenaError" && booked.reason._tag, "RefusedInside")
      })
    ).pipe(Effect.provide(clientOf({ seed: 4 }).layer))
  )

  it.effect("was frozen or was not, which is read back when the answer is lost", () =>
    run(
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const slot = yield* makeSlot()
        const freeze = { practiceId, appointmentId: slot, isFrozen: true }
        yield* simulator.setFaults({
          rules: [{ match: { route: "freezeSlot" }, when: { times: 1 }, fault: { kind: "resetMidBody", after: 0.5 } }]
        })
        assert.deepStrictEqual(yield* FreezeSlot.settle(freeze), { _tag: "Happened", value: undefined })
      })
    ).pipe(Effect.provide(clientOf({ seed: 4 }).layer))
  )
})

describe("a booked appointment", () => {
  it.effect("gets another department, provider or type under its id, or says in a bare text what it cannot have", () =>
    run(
      Effect.gen(function* () {
        const slot = yield* makeSlot()
        yield* BookAppointment.write(booking(slot))
        const update = {
          practiceId,
          appointmentId: slot,
          providerId: ProviderId.make("71"),
          appointmentTypeId: AppointmentTypeId.make("82")
        }
        const before = yield* GetAppointment.read({ practiceId, appointmentId: slot })
        const unknown = yield* Effect.flip(
          UpdateBookedAppointment.write({ ...update, providerId: ProviderId.make("999999") })
        )
        assert.strictEqual(unknown._tag === "AthenaError" && unknown.reason._tag, "RefusedInside")
        assert.strictEqual((yield* UpdateBookedAppointment.write(update))._tag, "Written")
        const after = yield* GetAppointment.read({ practiceId, appointmentId: slot })
        assert.deepInclude(after, { providerId: update.providerId, appointmentTypeId: update.appointmentTypeId })
        assert.notStrictEqual(before.providerId, after.providerId)
        assert.strictEqual(before.departmentId, after.departmentId)
        const open = yield* makeSlot()
        const refused = yield* Effect.flip(UpdateBookedAppointment.write({ ...update, appointmentId: open }))
        assert.strictEqual(refused._tag === "AthenaError" && refused.reason._tag, "RefusedInside")
      })
    ).pipe(Effect.provide(clientOf({ seed: 4 }).layer))
  )
})
