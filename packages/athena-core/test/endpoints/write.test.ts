import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import type { AuditTrail } from "../../src/audit/AuditTrail.ts"
import { BookAppointment } from "../../src/endpoints/appointments/BookAppointment.ts"
import { CancelAppointment } from "../../src/endpoints/appointments/CancelAppointment.ts"
import { CheckIn } from "../../src/endpoints/appointments/CheckIn.ts"
import { ConfirmAppointment } from "../../src/endpoints/appointments/ConfirmAppointment.ts"
import { CreateAppointmentNote } from "../../src/endpoints/appointments/CreateAppointmentNote.ts"
import { DeleteAppointmentNote } from "../../src/endpoints/appointments/DeleteAppointmentNote.ts"
import { FreezeSlot } from "../../src/endpoints/appointments/FreezeSlot.ts"
import { RescheduleAppointment } from "../../src/endpoints/appointments/RescheduleAppointment.ts"
import { StartCheckIn } from "../../src/endpoints/appointments/StartCheckIn.ts"
import { UpdateAppointmentNote } from "../../src/endpoints/appointments/UpdateAppointmentNote.ts"
import { UpdateBookedAppointment } from "../../src/endpoints/appointments/UpdateBookedAppointment.ts"
import type { Reconciled } from "../../src/endpoints/write.ts"
import type { Athena } from "../../src/http/Athena.ts"
import { AppointmentId } from "../../src/ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../src/ids/AppointmentTypeId.ts"
import { CancelReasonId } from "../../src/ids/CancelReasonId.ts"
import { ConfirmationStatusId } from "../../src/ids/ConfirmationStatusId.ts"
import { NoteId } from "../../src/ids/NoteId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { ProviderId } from "../../src/ids/ProviderId.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const appointmentId = AppointmentId.make("31")
const newAppointmentId = AppointmentId.make("32")
const patientId = PatientId.make("7")
const noteId = NoteId.make("40341")
const marker = "Zquuxwyvern"
const target = { practiceId, appointmentId }

const state = (more: object, id = "31") => [
  { appointmentid: id, appointmentstatus: "f", date: "06/03/2019", starttime: "09:15", departmentid: "1", ...more }
]
const mine = { patientid: "7" }
const slot = { appointmentstatus: "o" }

const setUp = (api: (sent: Sent) => Answer, trailOptions?: Parameters<typeof recordingTrail>[0]) => {
  const server = stubServer({ api })
  const trail = recordingTrail(trailOptions)
  const writes = () => server.requests.filter(({ method }) => method !== "GET")
  return { server, trail, writes, layer: Layer.merge(athenaOn(server), trail.layer) }
}

/** `write` is answered so, and a read of an appointment by what `records` holds under its id. */
const answering =
  (write: Answer, records: Readonly<Record<string, unknown>> = {}) =>
  (sent: Sent): Answer => {
    if (sent.method !== "GET") return write
    const id = /appointments\/(\d+)(\/notes)?$/.exec(sent.path)
    const found = records[id?.[2] === undefined ? (id?.[1] ?? "") : "notes"]
    return found === undefined ? { status: 404, body: { error: "The appointment was not found." } } : { body: found }
  }

const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const book = { ...target, patientId, for: { appointmentTypeId: AppointmentTypeId.make("82") } }
const cancel = { ...target, patientId }
const reschedule = { ...target, newAppointmentId, patientId }
const confirm = { ...target, confirmationStatusId: ConfirmationStatusId.make("1") }
const freeze = { ...target, isFrozen: true }
const update = { ...target, providerId: ProviderId.make("5"), appointmentTypeId: AppointmentTypeId.make("2") }
const note = { ...target, text: Redacted.make(`A note of ${marker}`) }
const done = { body: { success: "true" } }

/** Every way to lose an answer: the server may have done it each time. */
const lost: ReadonlyArray<[string, Answer]> = [
  ["the line is cut", "reset"],
  ["no answer ever comes", "hang"],
  ["the server fails", { status: 500, body: { error: "Internal error." } }],
  ["a gateway gives up", { status: 504, body: "<html>Gateway time-out</html>" }],
  ["the answer is cut short", { body: '[{"appointmentid":"3' }],
  ["the answer is a page of HTML", { body: "<html></html>" }],
  ["the answer is empty", { body: "" }],
  ["the answer says something else", { body: { status: "pending" } }]
]

describe("a write", () => {
  it.effect("sends a form, and nothing of it in the URL", () => {
    const { server, layer } = setUp(answering({ body: state({ ...mine, duration: "15" }) }))
    return Effect.gen(function* () {
      const outcome = yield* run(
        BookAppointment.write({ ...book, note: Redacted.make(`${marker} & co`), isUrgent: true, noPatientCase: true })
      )
      assert.deepStrictEqual(outcome, { _tag: "Written", value: appointmentId, requestId: Option.none() })
      const [sent] = server.requests
      assert.deepStrictEqual([sent?.method, sent?.path, sent?.query], ["PUT", "/v1/195900/appointments/31", {}])
      assert.deepStrictEqual(sent?.form, {
        patientid: "7",
        appointmenttypeid: "82",
        bookingnote: `${marker} & co`,
        urgentyn: "true",
        nopatientcase: "true"
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, Answer, string]>([
    [
      "a slot that somebody else was given",
      { status: 409, body: { error: "That appointment time was already booked or not available for booking." } },
      "Conflict"
    ],
    [
      "missing fields",
      { status: 400, body: { missingfields: ["patientid"], error: "Additional fields are required." } },
      "InvalidRequest"
    ],
    ["a failure inside", { body: { success: false, errormessage: `No ${marker}.` } }, "RefusedInside"],
    ["a bare text", { body: JSON.stringify(`Invalid ${marker} input`) }, "RefusedInside"],
    ["a missing permission", { status: 403, body: { error: "No." } }, "PermissionDenied"],
    ["an appointment that there is not", { status: 404, body: { error: "Not found." } }, "RecordNotFound"]
  ])("that is refused for %s fails, sent once", ([, answer, tag]) => {
    const { writes, layer, trail } = setUp(answering(answer))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(BookAppointment.write(book)))
      assert.strictEqual(error._tag === "AthenaError" ? error.reason._tag : error._tag, tag)
      assert.strictEqual(writes().length, 1)
      assert.strictEqual(trail.outcomes()[0]?.errorTag, tag)
      assert.notInclude(inspect(error, { depth: 20 }) + error.message, marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(lost)("is not sent again when %s, and its outcome is unknown", ([, answer]) => {
    const { writes, layer, trail } = setUp(answering(answer))
    return Effect.gen(function* () {
      const outcome = yield* run(BookAppointment.write(book))
      assert.strictEqual(outcome._tag, "OutcomeUnknown")
      assert.strictEqual(writes().length, 1)
      const [recorded] = trail.outcomes()
      assert.deepStrictEqual([recorded?.outcome, recorded?.attempts], ["serious-failure", 1])
      assert.deepStrictEqual([recorded?.patientIds, recorded?.appointmentIds], [[patientId], [appointmentId]])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is sent again where the answer says that nothing was done: a stale token, a rate", () => {
    const { writes, layer } = setUp((sent) => {
      if (sent.index === 0) return { status: 401, body: { fault: {} } }
      if (sent.index === 1) return { status: 429, headers: { "retry-after": "1" } }
      return { body: state(mine) }
    })
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(BookAppointment.write(book)))._tag, "Written")
      assert.strictEqual(writes().length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("that was refused for its rate and, at its deadline, lost is unknown and not throttled", () => {
    const { writes, layer } = setUp((sent) =>
      sent.index < 5 ? { status: 429, headers: { "retry-after": "58" } } : "hang"
    )
    return Effect.gen(function* () {
      const outcome = yield* run(BookAppointment.write(book))
      assert.strictEqual(outcome._tag, "OutcomeUnknown")
      if (outcome._tag === "OutcomeUnknown" && outcome.reason._tag === "AthenaError") {
        assert.strictEqual(outcome.reason.reason._tag, "TimedOut")
      }
      assert.strictEqual(writes().length, 6)
      assert.isAbove(writes()[5]?.at ?? 0, 281_000)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is never sent when there is no token, which is no unknown outcome", () => {
    const server = stubServer({ token: () => ({ status: 400, body: { error: "invalid_client" } }) })
    const trail = recordingTrail()
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(BookAppointment.write(book)))
      assert.strictEqual(error._tag === "AthenaError" ? error.reason._tag : "", "InvalidCredentials")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(Layer.merge(athenaOn(server), trail.layer)))
  })

  it.effect("does not leave before its intent is written", () => {
    const { server, layer } = setUp(answering({ body: state(mine) }), { broken: "intent" })
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(Effect.flip(BookAppointment.write(book))))._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("whose outcome cannot be recorded is unknown: it was done, and nothing was handed over", () => {
    const { layer, writes } = setUp(answering({ body: state(mine) }), { broken: "outcome" })
    return Effect.gen(function* () {
      const outcome = yield* run(BookAppointment.write(book))
      assert.strictEqual(outcome._tag, "OutcomeUnknown")
      assert.strictEqual(writes().length, 1)
    }).pipe(Effect.provide(layer))
  })
})

describe("the audit trail of a write", () => {
  it.effect("says whether it created, updated or deleted, and what", () => {
    const { trail, layer } = setUp((sent) => {
      if (/cancel$/.test(sent.path)) return { body: { status: "x" } }
      if (/booked\/31$/.test(sent.path)) return { body: 1 }
      if (/reschedule$/.test(sent.path)) return { body: [{ appointmentid: "32", providerid: "", patientid: "7" }] }
      if (/(31|32)$/.test(sent.path)) return { body: state(mine) }
      return done
    })
    return Effect.gen(function* () {
      yield* run(BookAppointment.write(book))
      yield* run(
        CancelAppointment.write({ ...cancel, cancelReasonId: CancelReasonId.make("-5"), explanation: note.text })
      )
      assert.deepStrictEqual(
        yield* run(
          Effect.map(RescheduleAppointment.write(reschedule), (outcome) =>
            outcome._tag === "Written" ? outcome.value : outcome
          )
        ),
        newAppointmentId
      )
      yield* run(StartCheckIn.write(target))
      yield* run(CheckIn.write(target))
      yield* run(ConfirmAppointment.write(confirm))
      yield* run(FreezeSlot.write(freeze))
      yield* run(UpdateBookedAppointment.write(update))
      yield* run(CreateAppointmentNote.write(note))
      yield* run(UpdateAppointmentNote.write({ ...note, noteId }))
      yield* run(DeleteAppointmentNote.write({ ...target, noteId }))
      assert.deepStrictEqual(
        trail
          .intents()
          .map(({ action, endpoint, patientIds, appointmentIds }) => [
            action,
            endpoint.replace("/v1/{practiceid}/appointments/{appointmentid}", ""),
            patientIds.join(),
            appointmentIds.join()
          ]),
        [
          ["U", "PUT ", "7", "31"],
          ["U", "PUT /cancel", "7", "31"],
          ["U", "PUT /reschedule", "7", "31,32"],
          ["U", "POST /startcheckin", "", "31"],
          ["U", "POST /checkin", "", "31"],
          ["U", "PUT /confirmationstatus", "", "31"],
          ["U", "PUT /freeze", "", "31"],
          ["U", "PUT /v1/{practiceid}/appointments/booked/{appointmentid}", "", "31"],
          ["C", "POST /notes", "", "31"],
          ["U", "PUT /notes/{noteid}", "", "31"],
          ["D", "DELETE /notes/{noteid}", "", "31"]
        ]
      )
      assert.isTrue(trail.outcomes().every(({ outcome }) => outcome === "success"))
      assert.deepStrictEqual(trail.intents()[1]?.parameters, { appointmentcancelreasonid: "-5" })
      assert.notInclude(JSON.stringify(trail.recorded), marker)
    }).pipe(Effect.provide(layer))
  })
})

/** A write that is lost, and the reads that follow find `records`. */
const settling =
  <E>(settle: Effect.Effect<Reconciled<unknown>, E, Athena | AuditTrail>) =>
  (records: Readonly<Record<string, unknown>>) => {
    const { layer, writes } = setUp(answering("reset", records))
    return Effect.map(run(settle), ({ _tag }) => ({ said: _tag, writes: writes().length })).pipe(Effect.provide(layer))
  }

const notes = (...rows: ReadonlyArray<object>) => ({ notes: { notes: rows, totalcount: rows.length } })
const ours = { noteid: "40341", notetext: `A note of\n ${marker}`, created: "12/31/1969 19:00:00" }

describe("a write whose answer was lost", () => {
  it.effect.each<[string, ReturnType<typeof settling>, Readonly<Record<string, unknown>>, string]>([
    ["book: it is the patient's", settling(BookAppointment.settle(book)), { 31: state(mine) }, "Happened"],
    [
      "book: the patient was checked in meanwhile",
      settling(BookAppointment.settle(book)),
      { 31: state({ ...mine, appointmentstatus: "2" }) },
      "Happened"
    ],
    ["book: it is still open", settling(BookAppointment.settle(book)), { 31: state(slot) }, "DidNotHappen"],
    [
      "book: it is somebody else's",
      settling(BookAppointment.settle(book)),
      { 31: state({ patientid: "8" }) },
      "DidNotHappen"
    ],
    [
      "book: it is cancelled",
      settling(BookAppointment.settle(book)),
      { 31: state({ ...mine, appointmentstatus: "x" }) },
      "CannotBeTold"
    ],
    ["book: it is gone", settling(BookAppointment.settle(book)), {}, "CannotBeTold"],
    [
      "cancel: it is cancelled",
      settling(CancelAppointment.settle(cancel)),
      { 31: state({ ...mine, appointmentstatus: "x" }) },
      "Happened"
    ],
    ["cancel: it is booked", settling(CancelAppointment.settle(cancel)), { 31: state(mine) }, "DidNotHappen"],
    ["cancel: it is open", settling(CancelAppointment.settle(cancel)), { 31: state(slot) }, "CannotBeTold"],
    [
      "reschedule: the old names the new",
      settling(RescheduleAppointment.settle(reschedule)),
      { 31: state({ ...mine, appointmentstatus: "x", rescheduledappointmentid: "32" }), 32: state(mine, "32") },
      "Happened"
    ],
    [
      "reschedule: the new is booked, the old cancelled",
      settling(RescheduleAppointment.settle(reschedule)),
      { 31: state({ ...mine, appointmentstatus: "x" }), 32: state(mine, "32") },
      "Happened"
    ],
    [
      "reschedule: nothing changed",
      settling(RescheduleAppointment.settle(reschedule)),
      { 31: state(mine), 32: state(slot, "32") },
      "DidNotHappen"
    ],
    [
      "reschedule: both are booked",
      settling(RescheduleAppointment.settle(reschedule)),
      { 31: state(mine), 32: state(mine, "32") },
      "CannotBeTold"
    ],
    [
      "reschedule: the old is cancelled, the new open",
      settling(RescheduleAppointment.settle(reschedule)),
      { 31: state({ ...mine, appointmentstatus: "x" }), 32: state(slot, "32") },
      "CannotBeTold"
    ],
    [
      "check-in begins: its time shows",
      settling(StartCheckIn.settle(target)),
      { 31: state({ ...mine, startcheckin: "06/03/2019 09:10:00" }) },
      "Happened"
    ],
    ["check-in begins: no time shows", settling(StartCheckIn.settle(target)), { 31: state(mine) }, "CannotBeTold"],
    [
      "check-in: checked in",
      settling(CheckIn.settle(target)),
      { 31: state({ ...mine, appointmentstatus: "2" }) },
      "Happened"
    ],
    ["check-in: booked", settling(CheckIn.settle(target)), { 31: state(mine) }, "DidNotHappen"],
    [
      "check-in: cancelled",
      settling(CheckIn.settle(target)),
      { 31: state({ ...mine, appointmentstatus: "x" }) },
      "CannotBeTold"
    ],
    [
      "freeze: it says so",
      settling(FreezeSlot.settle(freeze)),
      { 31: state({ ...slot, frozenyn: "true" }) },
      "Happened"
    ],
    [
      "freeze: it says no",
      settling(FreezeSlot.settle(freeze)),
      { 31: state({ ...slot, frozen: false }) },
      "DidNotHappen"
    ],
    ["freeze: it does not say", settling(FreezeSlot.settle(freeze)), { 31: state(slot) }, "CannotBeTold"],
    [
      "freeze: somebody booked it",
      settling(FreezeSlot.settle(freeze)),
      { 31: state({ ...mine, frozen: false }) },
      "CannotBeTold"
    ],
    [
      "update: it has all values",
      settling(UpdateBookedAppointment.settle(update)),
      { 31: state({ ...mine, providerid: 5, appointmenttypeid: "2" }) },
      "Happened"
    ],
    [
      "update: it has none of them",
      settling(UpdateBookedAppointment.settle(update)),
      { 31: state({ ...mine, providerid: 6, appointmenttypeid: "3" }) },
      "DidNotHappen"
    ],
    [
      "update: it has some",
      settling(UpdateBookedAppointment.settle(update)),
      { 31: state({ ...mine, providerid: 5, appointmenttypeid: "3" }) },
      "CannotBeTold"
    ],
    [
      "update: it is cancelled",
      settling(UpdateBookedAppointment.settle(update)),
      { 31: state({ ...mine, appointmentstatus: "x", providerid: 6, appointmenttypeid: "3" }) },
      "CannotBeTold"
    ],
    [
      "confirm: it has the status",
      settling(ConfirmAppointment.settle(confirm)),
      { 31: state({ ...mine, appointmentconfirmationid: "1" }) },
      "Happened"
    ],
    [
      "confirm: it has another",
      settling(ConfirmAppointment.settle(confirm)),
      { 31: state({ ...mine, appointmentconfirmationid: "2" }) },
      "DidNotHappen"
    ],
    ["note: it is there", settling(CreateAppointmentNote.settle(note)), notes(ours), "Happened"],
    [
      "note: an older one says the same",
      settling(CreateAppointmentNote.settle(note)),
      notes({ ...ours, created: "12/31/1969 18:00:00" }),
      "DidNotHappen"
    ],
    [
      "note: a newer one says something else",
      settling(CreateAppointmentNote.settle(note)),
      notes({ ...ours, notetext: "Else" }),
      "CannotBeTold"
    ],
    ["note: none is there", settling(CreateAppointmentNote.settle(note)), notes(), "DidNotHappen"],
    ["note changed: it says so", settling(UpdateAppointmentNote.settle({ ...note, noteId })), notes(ours), "Happened"],
    [
      "note changed: it does not",
      settling(UpdateAppointmentNote.settle({ ...note, noteId })),
      notes({ ...ours, notetext: "Else" }),
      "DidNotHappen"
    ],
    ["note deleted: it is gone", settling(DeleteAppointmentNote.settle({ ...target, noteId })), notes(), "Happened"],
    [
      "note deleted: it is there",
      settling(DeleteAppointmentNote.settle({ ...target, noteId })),
      notes(ours),
      "DidNotHappen"
    ]
  ])("%s", ([, settled, records, expected]) =>
    Effect.gen(function* () {
      const { said, writes } = yield* settled(records)
      assert.deepStrictEqual([said, writes], [expected, 1])
    })
  )

  it.effect("is not given up before half a minute has passed: the server may still be at it", () => {
    const startedAt: Array<number> = []
    const { writes, layer } = setUp((sent) => {
      if (sent.method !== "GET") return "reset"
      startedAt.push(sent.at)
      return { body: state(startedAt.length === 1 ? slot : mine) }
    })
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(BookAppointment.settle(book)), { _tag: "Happened", value: appointmentId })
      assert.deepStrictEqual(
        startedAt.map((at) => Math.round(at / 1000)),
        [0, 30]
      )
      assert.strictEqual(writes().length, 1)
    }).pipe(Effect.provide(layer))
  })
})
