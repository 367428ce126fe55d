import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { request } from "../../src/endpoints/request.ts"
import { AppointmentId } from "../../src/ids/AppointmentId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { reveal } from "../../src/phi/reveal.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const patientId = PatientId.make("7")
const marker = "Zquuxwyvern"

const setUp = (api: (sent: Sent) => Answer, options?: Parameters<typeof recordingTrail>[0]) => {
  const server = stubServer({ api })
  const trail = recordingTrail(options)
  return { server, trail, layer: Layer.merge(athenaOn(server), trail.layer) }
}

const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const photo = {
  practiceId,
  verb: "GET",
  path: "/v1/{practiceid}/patients/{patientid}/photo",
  values: { patientid: patientId },
  query: { departmentid: "1", lastname: marker },
  auditedParameters: ["departmentid"],
  repeat: "safe",
  phi: { patientIds: [patientId] },
  answer: Schema.Struct({ image: Schema.String })
} as const

const languages = {
  practiceId,
  verb: "GET",
  path: "/v1/{practiceid}/languages",
  repeat: "safe",
  phi: "none",
  answer: Schema.Struct({ languages: Schema.Array(Schema.String) })
} as const

describe("a request to an endpoint that is not described", () => {
  it.effect(
    "goes where its template says, decodes the answer, and keeps it sealed as sent less what is never stored",
    () => {
      const { layer, server } = setUp(() => ({
        body: { image: marker, more: 1, ssn: "1" },
        headers: { "x-request-id": "rrt-1" }
      }))
      return Effect.gen(function* () {
        const { attempts, raw, requestId, value } = yield* run(request(photo))
        assert.deepStrictEqual(value, { image: marker })
        assert.deepStrictEqual(reveal(raw, "integration"), { image: marker, more: 1 })
        assert.notInclude(inspect(raw) + JSON.stringify(raw), marker)
        assert.deepStrictEqual([attempts, Option.getOrUndefined(requestId)], [1, "rrt-1"])
        assert.strictEqual(server.requests[0]?.path, "/v1/195900/patients/7/photo")
        assert.deepStrictEqual(server.requests[0]?.query, { departmentid: "1", lastname: marker })
        assert.strictEqual(server.requests[0]?.token, "token-1")
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("is audited as a read of those it asks for, with no parameter but the ones that are named", () => {
    const { layer, trail } = setUp(() => ({ body: { image: marker } }))
    return Effect.gen(function* () {
      yield* run(request(photo))
      assert.deepStrictEqual(trail.intents()[0], {
        practiceId,
        action: "R",
        endpoint: "GET /v1/{practiceid}/patients/{patientid}/photo",
        parameters: { departmentid: "1" },
        patientIds: [patientId],
        appointmentIds: []
      })
      assert.deepInclude(trail.outcomes()[0], { outcome: "success", patientIds: [patientId], records: 1, attempts: 1 })
      assert.notInclude(JSON.stringify(trail.recorded), marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect("that searches is audited as a query, and its outcome names whom it found", () => {
    const { layer, trail } = setUp(() => ({ body: { found: ["8", "9"], visit: "31" } }))
    return Effect.gen(function* () {
      yield* run(
        request({
          ...languages,
          path: "/v1/{practiceid}/patients/customfields",
          phi: {
            patientIds: [],
            found: ({ found, visit }) => ({
              patientIds: found.map((id) => PatientId.make(id)),
              appointmentIds: [AppointmentId.make(visit)]
            })
          },
          answer: Schema.Struct({ found: Schema.Array(Schema.String), visit: Schema.String })
        })
      )
      assert.strictEqual(trail.intents()[0]?.action, "E")
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "8,9")
      assert.strictEqual(trail.outcomes()[0]?.appointmentIds.join(), "31")
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<["POST" | "PUT" | "DELETE", string]>([
    ["POST", "C"],
    ["PUT", "U"],
    ["DELETE", "D"]
  ])("that writes by %s is audited as %s, and never repeated", ([verb, action]) => {
    const { layer, server, trail } = setUp(() => ({ status: 503 }))
    return Effect.gen(function* () {
      const error = yield* run(
        Effect.flip(request({ ...photo, verb, repeat: "never", query: {}, form: { image: marker } }))
      )
      assert.strictEqual(error._tag === "AthenaError" && error.reason._tag, "ServerUnavailable")
      assert.strictEqual(server.requests.length, 1)
      assert.strictEqual(trail.intents()[0]?.action, action)
      assert.strictEqual(trail.outcomes()[0]?.outcome, "serious-failure")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is repeated where it says that it may be", () => {
    const { layer, server } = setUp(({ index }) => (index === 0 ? { status: 503 } : { body: { languages: ["en"] } }))
    return Effect.gen(function* () {
      assert.deepStrictEqual((yield* run(request(languages))).value, { languages: ["en"] })
      assert.strictEqual(server.requests.length, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("about no patient leaves nothing in the trail", () => {
    const { layer, trail } = setUp(() => ({ body: { languages: [] } }))
    return Effect.gen(function* () {
      yield* run(request(languages))
      assert.deepStrictEqual(trail.recorded, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("whose answer does not fit says where and what was expected, never the value, and was audited", () => {
    const { layer, trail } = setUp(() => ({ body: { image: { deep: marker } } }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(request(photo)))
      assert.strictEqual(error._tag, "RecordMisfit")
      assert.match(error.message, /\/photo: .*"image"/)
      assert.notInclude(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error), marker)
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "7")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not sent when its intent cannot be written", () => {
    const { layer, server } = setUp(() => ({ body: { image: "" } }), { broken: "intent" })
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(Effect.flip(request(photo))))._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<`/v1/{practiceid}/${string}` | `/fhir/r4/${string}`>([
    "/v1/{practiceid}/patients/60178/photo",
    "/v1/{practiceid}/patients/a-195900.E-60178",
    "/fhir/r4/Patient/a-195900.E-60178",
    "/v1/{practiceid}/patients?lastname=Zquux",
    "/v1/{practiceid}/../oauth2/v1/token",
    "/v1/{practiceid}/"
  ])("is refused, unsent and unquoted, if its path is no template: %s", (path) => {
    const { layer, server } = setUp(() => ({ body: {} }))
    return Effect.gen(function* () {
      const error = yield* run(
        Effect.flip(request({ ...languages, path, phi: { patientIds: [] }, values: { unused: "" } }))
      )
      assert.strictEqual(error._tag === "AthenaError" && error.reason._tag, "InvalidRequest")
      assert.notInclude(error.message, path)
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes the paths that the vendor has", () => {
    const { layer, server } = setUp(() => ({ body: {} }))
    return Effect.gen(function* () {
      const any = { practiceId, verb: "GET", repeat: "safe", answer: Schema.Unknown, phi: "none" } as const
      yield* run(request({ ...any, path: "/v1/{practiceid}/reference/icd10codes" }))
      yield* run(request({ ...any, path: "/fhir/r4/Group/{groupid}/$export", values: { groupid: "a-1.A-1" } }))
      assert.deepStrictEqual(
        server.requests.map(({ path }) => path),
        ["/v1/195900/reference/icd10codes", "/fhir/r4/Group/a-1.A-1/$export"]
      )
    }).pipe(Effect.provide(layer))
  })
})
