import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { answerTo, everyRow, first, june, page, signIn, tokenRequest } from "../support/asking.ts"

const practiceId = "195900"
const list = `/v1/195900/appointments/booked/multipledepartment?${june}&showcancelled=true`

const pick = Effect.fnUntraced(function* (status: string) {
  const { appointments } = yield* (yield* Simulator).snapshot(practiceId)
  const found = appointments.find((a) => a.status === status && a.date.startsWith("2019-06"))
  return found ?? (yield* Effect.die(`no appointment of status ${status}`))
})

/** A function that asks in any verb. */
const askWith = Effect.gen(function* () {
  const token: string = JSON.parse((yield* answerTo(tokenRequest())).body).access_token
  return (method: string, path: string) =>
    answerTo({ method, path, headers: { authorization: `Bearer ${token}` }, body: "" })
})

const truth = Effect.fnUntraced(function* (id: string) {
  const { appointments } = yield* (yield* Simulator).snapshot(practiceId)
  return appointments.find((a) => a.appointmentId === id)
})

describe("what happens in a practice", () => {
  it.effect("a slot is booked under its own id", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const slot = yield* pick("o")
      yield* simulator.mutate({ kind: "book", practiceId, appointmentId: slot.appointmentId, patientId: "30003" })
      const row = page(yield* read(list)).rows.find((r) => r["appointmentid"] === slot.appointmentId)
      assert.deepStrictEqual([row?.["appointmentstatus"], row?.["patientid"]], ["f", "30003"])
      const again = yield* Effect.flip(
        simulator.mutate({ kind: "book", practiceId, appointmentId: slot.appointmentId, patientId: "30003" })
      )
      assert.include(again.message, "not an open slot")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("a move keeps the id, and its stamp is the world's time", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("90 seconds")
      const { appointmentId } = yield* pick("f")
      yield* (yield* Simulator).mutate({
        kind: "move",
        practiceId,
        appointmentId,
        date: "2019-06-11",
        startTime: "13:05",
        departmentId: "172"
      })
      const moved = yield* truth(appointmentId)
      assert.deepStrictEqual(
        [moved?.date, moved?.startTime, moved?.timeZone, moved?.lastModified],
        ["2019-06-11", "13:05", "America/Los_Angeles", "2019-07-01T12:01:30.000Z"]
      )
      const read = yield* signIn
      const changed = page(yield* read(`${list}&startlastmodified=${encodeURIComponent("07/01/2019 08:01:30")}`))
      assert.deepStrictEqual(
        changed.rows.map((row) => row["appointmentid"]),
        [appointmentId]
      )
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("a reschedule leaves the old id cancelled and naming the new one", () =>
    Effect.gen(function* () {
      const old = yield* pick("f")
      const { appointmentId: id } = yield* (yield* Simulator).mutate({
        kind: "reschedule",
        practiceId,
        appointmentId: old.appointmentId,
        date: "2019-06-20"
      })
      assert.notStrictEqual(id, old.appointmentId)
      const before = yield* truth(old.appointmentId)
      assert.deepStrictEqual([before?.status, before?.rescheduledAppointmentId], ["x", id])
      const after = yield* truth(id ?? "")
      assert.deepStrictEqual([after?.status, after?.date, after?.patientId], ["f", "2019-06-20", old.patientId])
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("a freed one is an open slot again, a deleted one is unknown, and neither is listed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const [one, other] = [yield* pick("f"), yield* pick("4")]
      yield* simulator.mutate({ kind: "free", practiceId, appointmentId: one.appointmentId })
      yield* simulator.mutate({ kind: "delete", practiceId, appointmentId: other.appointmentId })
      const ids = page(yield* read(list)).rows.map((row) => row["appointmentid"])
      assert.strictEqual(ids.length, 498)
      assert.notInclude(ids, one.appointmentId)
      const freed = first(yield* read(`/v1/195900/appointments/${one.appointmentId}`))
      assert.deepStrictEqual([freed["appointmentstatus"], "patientid" in freed], ["o", false])
      assert.strictEqual((yield* read(`/v1/195900/appointments/${other.appointmentId}`)).status, 404)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("check-in, check-out, cancelling, notes and a touch show, or show only in lastmodified", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const { appointmentId } = yield* pick("f")
      const row = Effect.map(read(list), (answer) =>
        page(answer).rows.find((r) => r["appointmentid"] === appointmentId)
      )
      const before = yield* row
      yield* simulator.mutate({ kind: "touch", practiceId, appointmentId })
      const touched = yield* row
      assert.notStrictEqual(touched?.["lastmodified"], before?.["lastmodified"])
      assert.deepStrictEqual({ ...touched, lastmodified: "" }, { ...before, lastmodified: "" })
      yield* simulator.mutate({ kind: "checkIn", practiceId, appointmentId })
      assert.strictEqual((yield* row)?.["appointmentstatus"], "2")
      yield* simulator.mutate({ kind: "checkOut", practiceId, appointmentId })
      yield* simulator.mutate({ kind: "addNote", practiceId, appointmentId, text: "called / left message" })
      assert.include(JSON.stringify(yield* row), "called / left message")
      yield* simulator.mutate({ kind: "cancel", practiceId, appointmentId, cancelReasonId: "-5" })
      assert.strictEqual((yield* row)?.["cancelreasonid"], "-5")
      const refused = yield* Effect.flip(simulator.mutate({ kind: "checkIn", practiceId, appointmentId }))
      assert.strictEqual(refused._tag, "MutationRefused")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("patients are added, changed, deleted and merged with their appointments", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const { patientId = "" } = yield* simulator.mutate({
        kind: "addPatient",
        practiceId,
        fields: { firstName: "Tavolla", birthDate: "1990-02-28", email: "t@example.com" }
      })
      yield* simulator.mutate({
        kind: "updatePatient",
        practiceId,
        patientId,
        fields: { email: null, city: "Stonewick" }
      })
      const changed = first(yield* read(`/v1/195900/patients/${patientId}`))
      assert.deepStrictEqual([changed["dob"], changed["city"]], ["02/28/1990", "Stonewick"])
      assert.notOk(changed["email"])
      const { patientId: from } = yield* pick("4")
      yield* simulator.mutate({ kind: "mergePatients", practiceId, patientId: from ?? "", intoPatientId: patientId })
      const rows = yield* everyRow(read, list)
      assert.isFalse(rows.some((row) => row["patientid"] === from))
      assert.isTrue(rows.some((row) => row["patientid"] === patientId))
      assert.strictEqual(first(yield* read(`/v1/195900/patients/${from}`))["status"], "deleted")
      // Who is left names whom they were, if they are asked to; and is named in turn, with those before, by the next one.
      const previous = (id: string) =>
        Effect.map(
          read(`/v1/195900/patients/${id}?showpreviouspatientids=true`),
          (answer) => first(answer)["previouspatientids"]
        )
      assert.deepStrictEqual(yield* previous(patientId), [from])
      assert.notProperty(first(yield* read(`/v1/195900/patients/${patientId}`)), "previouspatientids")
      yield* simulator.mutate({ kind: "mergePatients", practiceId, patientId, intoPatientId: "30010" })
      assert.deepStrictEqual(yield* previous("30010"), ["30009", from, patientId])
      assert.deepStrictEqual(yield* previous(patientId), [from])
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("what names nothing is refused and changes nothing", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const before = yield* simulator.snapshot(practiceId)
      const { appointmentId } = yield* pick("f")
      for (const wrong of [
        { kind: "cancel", practiceId: "7", appointmentId },
        { kind: "cancel", practiceId, appointmentId: "12" },
        { kind: "move", practiceId, appointmentId, departmentId: "nowhere" },
        { kind: "reschedule", practiceId, appointmentId, providerId: "nobody" },
        { kind: "deletePatient", practiceId, patientId: "1" },
        // 30007 is deleted, 30009 merged into 30010.
        { kind: "mergePatients", practiceId, patientId: "30001", intoPatientId: "30007" },
        { kind: "mergePatients", practiceId, patientId: "30001", intoPatientId: "30009" },
        { kind: "mergePatients", practiceId, patientId: "30009", intoPatientId: "30001" }
      ] as const) {
        assert.strictEqual((yield* Effect.flip(simulator.mutate(wrong)))._tag, "MutationRefused")
      }
      assert.deepStrictEqual(yield* simulator.snapshot(practiceId), before)
      assert.strictEqual((yield* Effect.flip(simulator.snapshot("7")))._tag, "UnknownPractice")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("providers come, change their names, go and come back, and the feed tells of each", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const asked = yield* askWith
      const feed = "/v1/195900/providers/changed"
      yield* asked("POST", `${feed}/subscription`)
      yield* TestClock.adjust("5 seconds")
      const names = Effect.map(read("/v1/195900/providers"), (answer) =>
        page(answer, "providers").rows.map((row) => row["lastname"])
      )
      const before = yield* names
      const { providerId = "" } = yield* simulator.mutate({
        kind: "addProvider",
        practiceId,
        fields: { firstName: "Ada", lastName: "Wexler" }
      })
      yield* simulator.mutate({ kind: "updateProvider", practiceId, providerId, fields: { lastName: "Wexford" } })
      assert.sameMembers(yield* names, [...before, "Wexford"])
      yield* simulator.mutate({ kind: "deleteProvider", practiceId, providerId })
      assert.sameMembers(yield* names, before)
      assert.strictEqual(first(yield* read(`/v1/195900/providers/${providerId}`))["lastname"], "Wexford")
      const booked = yield* Effect.flip(simulator.mutate({ kind: "book", practiceId, patientId: "30003", providerId }))
      assert.include(booked.message, "no such provider")
      const again = yield* Effect.flip(simulator.mutate({ kind: "deleteProvider", practiceId, providerId }))
      assert.include(again.message, "deleted already")
      yield* simulator.mutate({ kind: "undeleteProvider", practiceId, providerId })
      const told = page(yield* read(feed), "providers").rows
      assert.deepStrictEqual(
        told.map((row) => [row["providerid"], row["lastname"]]),
        Array.from({ length: 4 }, () => [Number(providerId), "Wexford"])
      )
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
