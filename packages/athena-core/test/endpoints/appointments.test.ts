import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ListAppointmentNotes } from "../../src/endpoints/appointments/ListAppointmentNotes.ts"
import { ListAppointmentTypes } from "../../src/endpoints/appointments/ListAppointmentTypes.ts"
import { ListCancelReasons } from "../../src/endpoints/appointments/ListCancelReasons.ts"
import { ListOpenSlots, type OpenSlotsQuery } from "../../src/endpoints/appointments/ListOpenSlots.ts"
import { ListPatientAppointmentReasons } from "../../src/endpoints/appointments/ListPatientAppointmentReasons.ts"
import { ListPatientAppointments } from "../../src/endpoints/appointments/ListPatientAppointments.ts"
import { AppointmentId } from "../../src/ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../src/ids/AppointmentTypeId.ts"
import { DepartmentId } from "../../src/ids/DepartmentId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { ProviderId } from "../../src/ids/ProviderId.ts"
import { ReasonId } from "../../src/ids/ReasonId.ts"
import { reveal } from "../../src/phi/reveal.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const departmentIds = [DepartmentId.make("1"), DepartmentId.make("21")] as const
const week = { practiceId, departmentIds, from: LocalDate.make("2019-06-03"), to: LocalDate.make("2019-06-09") }

const setUp = (api: (sent: Sent) => Answer) => {
  const server = stubServer({ api })
  const trail = recordingTrail()
  return { server, trail, layer: Layer.merge(athenaOn(server), trail.layer) }
}

const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

describe("open slots", () => {
  const text = {
    date: "06/03/2019",
    appointmentid: "31",
    departmentid: "1",
    providerid: "71",
    starttime: "08:15",
    duration: "15",
    appointmenttypeid: "82",
    reasonid: ["563"],
    patientappointmenttypename: "Established Patient"
  }
  const numbers = { ...text, appointmentid: 31, departmentid: 1, providerid: 71, duration: 15, appointmenttypeid: 82 }

  it.effect.each([
    ["text", text],
    ["numbers", numbers]
  ] as const)("are read with ids as %s, without an audited access", ([, row]) => {
    const { layer, trail } = setUp(() => ({ body: { totalcount: 2, appointments: [row, { ...row, date: "" }] } }))
    return Effect.gen(function* () {
      const page = yield* run(ListOpenSlots.page({ ...week, for: { anyReason: true } }, 0))
      const [slot] = page.records
      assert.deepStrictEqual(
        [slot?.appointmentId, slot?.departmentId, slot?.providerId, slot?.appointmentTypeId, slot?.reasonIds.join()],
        ["31", "1", "71", "82", "563"] as never
      )
      assert.deepStrictEqual([slot?.date, slot?.startTime, slot?.durationMinutes], ["2019-06-03" as never, "08:15", 15])
      assert.deepStrictEqual(
        page.misfits.map(({ recordId }) => recordId),
        ["31"]
      )
      assert.strictEqual(trail.recorded.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, OpenSlotsQuery["for"], Readonly<Record<string, string>>]>([
    [
      "reasons of providers",
      { reasonIds: [ReasonId.make("563"), ReasonId.make("761")], providerIds: [ProviderId.make("71")] },
      { reasonid: "563,761", providerid: "71" }
    ],
    ["a type", { appointmentTypeId: AppointmentTypeId.make("82"), providerIds: [] }, { appointmenttypeid: "82" }],
    [
      "any reason of a provider",
      { anyReason: true, providerIds: [ProviderId.make("71")] },
      { reasonid: "-1", providerid: "71" }
    ]
  ])("are asked for by %s, and always from a day to a day", ([, what, expected]) => {
    const { layer, server } = setUp(() => ({ body: { totalcount: 0, appointments: [] } }))
    return Effect.gen(function* () {
      yield* run(ListOpenSlots.page({ ...week, for: what, showFrozenSlots: true }, 0))
      assert.deepStrictEqual(server.requests[0]?.query, {
        departmentid: "1,21",
        ...expected,
        startdate: "06/03/2019",
        enddate: "06/09/2019",
        bypassscheduletimechecks: "false",
        ignoreschedulablepermission: "false",
        showfrozenslots: "true",
        limit: "1000"
      })
    }).pipe(Effect.provide(layer))
  })

  it("cannot be asked for by a reason without its providers, nor by nothing", () => {
    // @ts-expect-error -- the vendor needs the providers of a reason
    const withoutProviders: OpenSlotsQuery["for"] = { reasonIds: [ReasonId.make("563")] }
    // @ts-expect-error -- the vendor answers nothing with nothing
    const nothing: OpenSlotsQuery["for"] = {}
    assert.isDefined([withoutProviders, nothing])
  })
})

describe("the reference lists of appointments", () => {
  it.effect("are read in the spellings of all years", () => {
    const rows: Readonly<Record<string, ReadonlyArray<object>>> = {
      appointmenttypes: [{ appointmenttypeid: 82, name: "Any 15", duration: 15, generic: "true", patient: true }],
      patientappointmentreasons: [
        { reasonid: "563", reason: "Follow Up", reasontype: "existing", schedulingminhours: "48" },
        { reasonid: 2, reason: "Problem", reasontype: "existing" }
      ],
      appointmentcancelreasons: [{ reasonid: "-5", name: "Reminder", noshow: "false", slotavailable: true }]
    }
    const { layer, server } = setUp((sent) => {
      const key = sent.path.split("/").at(-1) ?? ""
      return { body: { totalcount: rows[key]?.length, [key]: rows[key] } }
    })
    return Effect.gen(function* () {
      const [type] = yield* run(Stream.runCollect(ListAppointmentTypes.records({ practiceId })))
      assert.deepStrictEqual(
        [type?.appointmentTypeId, type?.isGeneric, type?.durationMinutes],
        ["82" as never, true, 15]
      )
      assert.strictEqual(server.requests[0]?.query["hidenonpatient"], "false")
      const reasons = yield* run(
        Stream.runCollect(
          ListPatientAppointmentReasons.records({
            practiceId,
            departmentId: departmentIds[0],
            providerId: ProviderId.make("71")
          })
        )
      )
      assert.deepStrictEqual(
        reasons.map(({ reasonId, minimumHours }) => `${reasonId} ${minimumHours}`),
        ["563 48", "2 undefined"]
      )
      const [cancel] = yield* run(Stream.runCollect(ListCancelReasons.records({ practiceId })))
      assert.deepStrictEqual(
        [cancel?.cancelReasonId, cancel?.isNoShow, cancel?.isSlotAvailable],
        ["-5" as never, false, true]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("the appointments of a patient", () => {
  const row = {
    date: "04/07/2016",
    appointmentid: "660077",
    starttime: "08:45",
    departmentid: "1",
    appointmentstatus: "f"
  }

  it.effect("are an access to this patient's data, though no row names them, and though there is none", () => {
    const rows = [[row], []]
    const { layer, server, trail } = setUp((sent) => ({ body: { totalcount: 0, appointments: rows[sent.index] } }))
    return Effect.gen(function* () {
      const query = { practiceId, patientId: PatientId.make("7"), from: week.from }
      const page = yield* run(ListPatientAppointments.page(query, 0))
      assert.deepStrictEqual(
        page.records.map(({ appointmentId, durationMinutes }) => [appointmentId, durationMinutes]),
        [[AppointmentId.make("660077"), undefined]]
      )
      yield* run(ListPatientAppointments.page({ ...query, showPast: false }, 0))
      assert.strictEqual(server.requests[0]?.path, "/v1/195900/patients/7/appointments")
      assert.deepStrictEqual(
        server.requests.map(({ query: asked }) => [asked["showcancelled"], asked["showpast"], asked["startdate"]]),
        [
          ["true", "true", "06/03/2019"],
          ["true", "false", "06/03/2019"]
        ]
      )
      assert.deepStrictEqual(
        trail.intents().map(({ action, patientIds }) => `${action} ${patientIds.join()}`),
        ["E 7", "E 7"]
      )
      assert.deepStrictEqual(
        trail.outcomes().map(({ appointmentIds, patientIds }) => `${patientIds.join()}: ${appointmentIds.join()}`),
        ["7: 660077", "7: "]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("the notes of an appointment", () => {
  it.effect("come whole, with their text redacted and their time in Eastern", () => {
    const note = { notetext: "Zquuxwyvern", noteid: "40341", created: "05/17/2016 08:20:08", createdby: "API-2789" }
    const { layer, server, trail } = setUp(() => ({ body: { notes: [note], totalcount: 4 } }))
    return Effect.gen(function* () {
      const query = { practiceId, appointmentId: AppointmentId.make("665874") }
      const [read, ...more] = yield* run(Stream.runCollect(ListAppointmentNotes.records(query)))
      assert.strictEqual(more.length, 0)
      assert.strictEqual(read && reveal(read.details, "integration").text, "Zquuxwyvern")
      assert.notInclude(JSON.stringify(read), "Zquuxwyvern")
      assert.strictEqual(read?.createdAt && DateTime.formatIso(read.createdAt), "2016-05-17T12:20:08.000Z")
      assert.deepStrictEqual([server.requests.length, server.requests[0]?.query], [1, { showdeleted: "false" }])
      assert.strictEqual(trail.outcomes()[0]?.appointmentIds.join(), "665874")
    }).pipe(Effect.provide(layer))
  })
})
