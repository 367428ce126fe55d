import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { GetAppointment } from "../../src/endpoints/appointments/GetAppointment.ts"
import { catalogue } from "../../src/endpoints/catalogue.ts"
import { GetPatient } from "../../src/endpoints/patients/GetPatient.ts"
import { Ping } from "../../src/endpoints/practice/Ping.ts"
import { AppointmentId } from "../../src/ids/AppointmentId.ts"
import { DepartmentId } from "../../src/ids/DepartmentId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { reveal } from "../../src/phi/reveal.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const query = { practiceId, patientId: PatientId.make("7") }
const marker = "Zquuxwyvern"
const patient = { patientid: "7", firstname: marker, lastname: marker, dob: "01/02/1990", status: "active" }

const setUp = (api: (sent: Sent) => Answer, trailOptions?: Parameters<typeof recordingTrail>[0]) => {
  const server = stubServer({ api })
  const trail = recordingTrail(trailOptions)
  return { server, trail, layer: Layer.merge(athenaOn(server), trail.layer) }
}

const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const reasonOf = (error: { readonly _tag: string; readonly reason?: unknown }) =>
  error._tag === "AthenaError" ? (error.reason as { readonly _tag: string })._tag : error._tag

describe("a record by id", () => {
  it.effect.each<[string, unknown]>([
    ["an array of one", [patient]],
    ["an object", patient]
  ])("is read from %s", ([, body]) => {
    const { server, layer } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const record = yield* run(GetPatient.read({ ...query, departmentId: DepartmentId.make("1") }))
      assert.strictEqual(record.patientId, "7")
      assert.strictEqual(reveal(record.identity, "integration").birthDate, "1990-01-02")
      assert.strictEqual(server.requests[0]?.path, "/v1/195900/patients/7")
      assert.deepStrictEqual(server.requests[0]?.query, { showpreviouspatientids: "true", departmentid: "1" })
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, Answer]>([
    ["an empty array", { body: [] }],
    ["404", { status: 404, body: { error: "Patient not found." } }],
    ["400", { status: 400, body: { error: "The patient does not exist." } }]
  ])("that the vendor answers with %s is not found", ([, answer]) => {
    const { server, layer, trail } = setUp(() => answer)
    return Effect.gen(function* () {
      assert.strictEqual(reasonOf(yield* run(Effect.flip(GetPatient.read(query)))), "RecordNotFound")
      assert.strictEqual(server.requests.length, 1)
      assert.strictEqual(trail.intents()[0]?.patientIds.join(), "7")
      assert.strictEqual(trail.outcomes().length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, unknown]>([
    ["two records", [patient, patient]],
    ["a number", "1"],
    ["null", "null"],
    ["an array of text", ["x"]]
  ])("is not guessed from %s", ([, body]) => {
    const { layer } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      assert.strictEqual(reasonOf(yield* run(Effect.flip(GetPatient.read(query)))), "UnreadableAnswer")
    }).pipe(Effect.provide(layer))
  })

  it.effect("that does not fit says where and what was expected, never the value, and was audited", () => {
    const { layer, trail } = setUp(() => ({ body: [{ ...patient, dob: marker }] }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(GetPatient.read(query)))
      assert.strictEqual(error._tag, "RecordMisfit")
      assert.match(error.message, /record 7 does not fit: expected a date as MM\/DD\/YYYY at \["dob"\]/)
      assert.notInclude(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error), marker)
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "7")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is audited as a read of the patient that was asked for, without search terms", () => {
    const { layer, trail } = setUp(() => ({ body: [patient] }))
    return Effect.gen(function* () {
      yield* run(GetPatient.read(query))
      assert.deepStrictEqual(trail.intents()[0], {
        practiceId,
        action: "R",
        endpoint: "GET /v1/{practiceid}/patients/{patientid}",
        parameters: { showpreviouspatientids: "true" },
        patientIds: [PatientId.make("7")],
        appointmentIds: []
      })
      assert.deepStrictEqual(trail.outcomes()[0]?.outcome, "success")
      assert.notInclude(JSON.stringify(trail.recorded), marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect("names the patient behind an appointment in the outcome", () => {
    const body = [{ appointmentid: 9, appointmentstatus: "2", date: "06/03/2019", starttime: "9:15", departmentid: 1 }]
    const { layer, trail } = setUp(() => ({ body: [{ ...body[0], patientid: 7 }] }))
    return Effect.gen(function* () {
      const record = yield* run(GetAppointment.read({ practiceId, appointmentId: AppointmentId.make("9") }))
      assert.strictEqual(record.startTime, "09:15")
      assert.strictEqual(trail.intents()[0]?.appointmentIds.join(), "9")
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "7")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not asked for when the intent cannot be written", () => {
    const { server, layer } = setUp(() => ({ body: [patient] }), { broken: "intent" })
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(GetPatient.read(query)))
      assert.strictEqual(error._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not handed over when the outcome cannot be written", () => {
    const { server, layer } = setUp(() => ({ body: [patient] }), { broken: "outcome" })
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(GetPatient.read(query)))
      assert.strictEqual(error._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 1)
      assert.notInclude(inspect(error, { depth: 20 }), marker)
    }).pipe(Effect.provide(layer))
  })
})

describe("ping", () => {
  it.effect("needs no audit trail", () => {
    const server = stubServer({ api: () => ({ body: { pong: "true" } }) })
    return Effect.gen(function* () {
      yield* run(Ping.check(practiceId))
      assert.strictEqual(server.requests[0]?.path, "/v1/195900/ping")
    }).pipe(Effect.provide(athenaOn(server)))
  })
})

describe("the catalogue", () => {
  it("describes each endpoint once, with the vendor's page and a path of the practice or of FHIR", () => {
    const names = catalogue.map(({ name }) => name)
    assert.strictEqual(new Set(names).size, names.length)
    for (const { path, vendorPage } of catalogue) {
      assert.match(path, /^\/(v1\/\{practiceid\}|fhir\/r4)\//)
      assert.match(vendorPage, /^https:\/\/(docs\.athenahealth\.com\/|github\.com\/athenahealth\/)/)
    }
  })

  it("keeps no parameter in the audit trail that could name a person", () => {
    const personal = /name|dob|birth|ssn|email|phone|address|zip|note|search|text/
    for (const { auditedParameters } of catalogue) {
      for (const parameter of auditedParameters) assert.notMatch(parameter, personal)
    }
  })
})
