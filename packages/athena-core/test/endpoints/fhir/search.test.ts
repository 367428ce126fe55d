import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { SearchFhirAppointments } from "../../../src/endpoints/fhir/SearchFhirAppointments.ts"
import { SearchFhirEncounters } from "../../../src/endpoints/fhir/SearchFhirEncounters.ts"
import { SearchFhirMedicationRequests } from "../../../src/endpoints/fhir/SearchFhirMedicationRequests.ts"
import { SearchFhirPatients } from "../../../src/endpoints/fhir/SearchFhirPatients.ts"
import type { AthenaErrorReason } from "../../../src/errors/AthenaError.ts"
import { AppointmentId } from "../../../src/ids/AppointmentId.ts"
import { PatientId } from "../../../src/ids/PatientId.ts"
import { PracticeId } from "../../../src/ids/PracticeId.ts"
import { reveal } from "../../../src/phi/reveal.ts"
import { LocalDate } from "../../../src/time/LocalDate.ts"
import { athenaOn } from "../../support/athenaLayer.ts"
import { recordingTrail } from "../../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const marker = "Zquuxwyvern"
const here = "https://athena.test/fhir/r4/Patient"
const query = { practiceId, terms: Redacted.make({ family: marker, birthDate: LocalDate.make("1990-01-02") }) }

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

const patient = (id: number | string, practice = "195900") => ({
  resourceType: "Patient",
  id: `a-${practice}.E-${id}`,
  meta: { lastUpdated: "2023-04-14T09:22:57.517+00:00" },
  active: true,
  name: [{ use: "official", family: marker, given: [marker] }],
  telecom: [{ system: "phone", value: marker, use: "mobile" }],
  gender: "female",
  birthDate: "1990-01-02"
})

const bundle = (resources: ReadonlyArray<object>, next?: string, more: object = {}) => ({
  resourceType: "Bundle",
  type: "searchset",
  entry: resources.map((resource) => ({ fullUrl: marker, resource, search: { mode: "match" } })),
  link: [
    { relation: "self", url: `${here}?family=${marker}` },
    ...(next === undefined ? [] : [{ relation: "next", url: next }])
  ],
  ...more
})

describe("a search for patients", () => {
  it.effect("names the practice, sends its terms, and keeps no term in the trail", () => {
    const { layer, server, trail } = setUp(() => ({ body: bundle([patient(7)], undefined, { total: 1 }) }))
    return Effect.gen(function* () {
      const page = yield* run(SearchFhirPatients.page({ ...query, count: 50 }))
      assert.deepStrictEqual(server.requests[0]?.query, {
        "ah-practice": "Organization/a-1.Practice-195900",
        family: marker,
        birthdate: "1990-01-02",
        _count: "50"
      })
      assert.deepInclude(page, { received: 1, total: 1, next: Option.none() })
      const [found] = page.records
      assert.strictEqual(found?.patientId, "7")
      assert.strictEqual(found?.isActive, true)
      assert.strictEqual(Redacted.value(found?.identity ?? Redacted.make(undefined))?.birthDate, "1990-01-02")
      assert.notInclude(inspect(page, { depth: 20 }) + JSON.stringify(page), marker)
      assert.deepStrictEqual(trail.intents()[0], {
        practiceId,
        action: "E",
        endpoint: "GET /fhir/r4/Patient",
        parameters: { "ah-practice": "Organization/a-1.Practice-195900", _count: "50" },
        patientIds: [],
        appointmentIds: []
      })
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "7")
      assert.notInclude(JSON.stringify(trail.recorded), marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect("follows the next link as it was sent, page by page, each audited, to its end", () => {
    const cursor = "cursor=%2Fa%3D%3D+b&a=1&a=2&x"
    const { layer, server, trail } = setUp(({ index }) => ({
      body: [bundle([patient(1), patient(2)], `${here}?${cursor}`), bundle([], "?page=2"), bundle([patient(3)])][index]
    }))
    return Effect.gen(function* () {
      const found = yield* run(Stream.runCollect(SearchFhirPatients.records(query)))
      assert.deepStrictEqual(
        found.map(({ patientId }) => patientId),
        ["1", "2", "3"].map((id) => PatientId.make(id))
      )
      assert.deepStrictEqual(
        server.requests.slice(1).map(({ search }) => search),
        [`?${cursor}`, "?page=2"]
      )
      assert.strictEqual(trail.outcomes().length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each([
    "https://evil.test/fhir/r4/Patient?page=2",
    "http://athena.test/fhir/r4/Patient?page=2",
    "https://athena.test:8443/fhir/r4/Patient?page=2",
    "https://athena.test.evil.test/fhir/r4/Patient?page=2",
    "https://athena.test@evil.test/fhir/r4/Patient?page=2",
    "https://user:pass@athena.test/fhir/r4/Patient?page=2",
    "//evil.test/fhir/r4/Patient?page=2",
    "https://athena.test/fhir/r4/Encounter?page=2",
    "https://athena.test/fhir/r4/Patient/../../../v1/1/practiceinfo",
    "http://",
    "javascript:alert(1)"
  ])("does not follow a link that leads elsewhere: %s", (next) => {
    const { layer, server } = setUp(() => ({ body: bundle([patient(1)], next) }))
    return Effect.gen(function* () {
      const seen: Array<string> = []
      const walk = SearchFhirPatients.pages(query).pipe(
        Stream.runForEach(({ records }) => Effect.sync(() => seen.push(...records.map(({ patientId }) => patientId))))
      )
      const error = yield* run(Effect.flip(walk))
      assert.deepInclude(error, { _tag: "NextPageRefused", why: "elsewhere" })
      assert.match(error.message, /practice 195900, GET \/fhir\/r4\/Patient: .* another host or endpoint/)
      assert.notInclude(error.message, "page=2")
      assert.deepStrictEqual(seen, ["1"])
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("ends when the links lead in a circle", () => {
    const { layer, server } = setUp(({ index }) => ({ body: bundle([patient(index)], `?page=${index % 3}`) }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(Stream.runDrain(SearchFhirPatients.pages(query))))
      assert.deepInclude(error, { _tag: "NextPageRefused", why: "loop" })
      assert.strictEqual(server.requests.length, 4)
    }).pipe(Effect.provide(layer))
  })

  it.effect("ends when there is no end of empty pages", () => {
    const { layer, server } = setUp(({ index }) => ({ body: bundle([], `?page=${index}`) }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(Stream.runDrain(SearchFhirPatients.pages(query))))
      assert.deepInclude(error, { _tag: "NextPageRefused", why: "loop" })
      assert.strictEqual(server.requests.length, 20)
    }).pipe(Effect.provide(layer))
  })

  it.effect("sets aside what is of another practice or another type, and tells the trail of neither", () => {
    const stranger = patient(8, "195901")
    const { layer, trail } = setUp(() => ({
      body: bundle([
        patient(7),
        stranger,
        { ...patient(9), resourceType: "Practitioner" },
        { ...patient(9), id: marker }
      ])
    }))
    return Effect.gen(function* () {
      const page = yield* run(SearchFhirPatients.page(query))
      assert.deepStrictEqual([page.records.length, page.misfits.length, page.received], [1, 3, 4])
      assert.include(page.misfits[0]?.reason, "expected a resource of the practice that was asked")
      assert.notInclude(inspect(page.misfits, { depth: 20 }), marker)
      assert.deepStrictEqual(trail.outcomes()[0]?.patientIds.join(), "7,9")
    }).pipe(Effect.provide(layer))
  })

  it.effect("leaves out what came along: outcomes and included resources", () => {
    const outcome = { resourceType: "OperationOutcome", issue: [{ severity: "warning", details: marker }] }
    const body = bundle([patient(7), outcome])
    const included = {
      resource: { resourceType: "Organization", id: "a-195900.Department-1" },
      search: { mode: "include" }
    }
    const { layer } = setUp(() => ({ body: { ...body, entry: [...body.entry, included] } }))
    return Effect.gen(function* () {
      assert.deepInclude(yield* run(SearchFhirPatients.page(query)), { received: 1, misfits: [] })
    }).pipe(Effect.provide(layer))
  })

  it.effect("that finds nobody has no entry", () => {
    const { layer } = setUp(() => ({ body: { resourceType: "Bundle", type: "searchset", total: 0 } }))
    return Effect.gen(function* () {
      assert.deepInclude(yield* run(SearchFhirPatients.page(query)), { received: 0, total: 0, next: Option.none() })
    }).pipe(Effect.provide(layer))
  })

  it.effect("keeps no social security number or driving licence, which FHIR has among its identifiers", () => {
    const type = (code: string) => ({ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code }] })
    const identifier = [
      { system: "http://hl7.org/fhir/sid/us-ssn", value: "000-55-1234" },
      { system: "urn:oid:2.16.840.1.113883.4.1", value: "000-55-1234" },
      { system: "urn:oid:2.16.840.1.113883.4.3.25", value: "000-55-1234" },
      { type: type("SS"), value: "000-55-1234" },
      { type: type("DL"), value: "000-55-1234" },
      { type: type("MR"), system: "urn:x", value: "7" }
    ]
    const { layer } = setUp(() => ({ body: bundle([{ ...patient(7), identifier }]) }))
    return Effect.gen(function* () {
      const { records } = yield* run(SearchFhirPatients.page(query))
      const raw = records.map((record) => reveal(record.raw, "integration"))
      assert.notInclude(JSON.stringify(raw), "000-55-1234")
      assert.deepStrictEqual(raw[0]?.["identifier"], identifier.slice(5))
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[AthenaErrorReason["_tag"], string, Answer]>([
    [
      "InvalidRequest",
      "an OperationOutcome whose details are a text",
      {
        status: 400,
        body: {
          resourceType: "OperationOutcome",
          issue: [{ severity: "error", code: "business-rule", details: "Invalid FHIR request" }]
        }
      }
    ],
    [
      "InvalidRequest",
      "an OperationOutcome whose details are an object",
      {
        status: 400,
        body: { resourceType: "OperationOutcome", issue: [{ details: { text: `1 validation error for ${marker}` } }] }
      }
    ],
    ["PermissionDenied", "403", { status: 403, body: { resourceType: "OperationOutcome", issue: [] } }],
    ["UnreadableAnswer", "a list of /v1", { body: { totalcount: 0, patients: [] } }],
    ["UnreadableAnswer", "entries that are no list", { body: { resourceType: "Bundle", entry: { a: 1 } } }],
    ["UnreadableAnswer", "a page of HTML", { body: "<html></html>" }]
  ])("fails with %s on %s", ([reason, , answer]) => {
    const { layer, trail } = setUp(() => answer)
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(SearchFhirPatients.page(query)))
      assert.strictEqual(error._tag === "AthenaError" && error.reason._tag, reason)
      assert.notInclude(inspect(error, { depth: 20 }), marker)
      assert.strictEqual(trail.outcomes().length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not sent when the intent cannot be written", () => {
    const { layer, server } = setUp(() => ({ body: bundle([]) }), { broken: "intent" })
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(Effect.flip(SearchFhirPatients.page(query))))._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })
})

describe("a search for a patient's resources", () => {
  const ofPatient = { practiceId, patientId: PatientId.make("7") }

  it.effect("names the patient to the trail, even if nothing is found", () => {
    const { layer, server, trail } = setUp(() => ({ body: bundle([]) }))
    return Effect.gen(function* () {
      yield* run(SearchFhirEncounters.page(ofPatient))
      assert.deepStrictEqual(server.requests[0]?.query, {
        "ah-practice": "Organization/a-1.Practice-195900",
        patient: "a-195900.E-7"
      })
      assert.strictEqual(trail.intents()[0]?.patientIds.join(), "7")
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "7")
    }).pipe(Effect.provide(layer))
  })

  it.effect("lists the intents of medications, which the vendor wants", () => {
    const { layer, server } = setUp(() => ({ body: bundle([]) }))
    return Effect.gen(function* () {
      yield* run(SearchFhirMedicationRequests.page(ofPatient))
      assert.strictEqual(server.requests[0]?.query["intent"], "proposal,plan,order,option")
    }).pipe(Effect.provide(layer))
  })

  it.effect("finds an appointment by its logical id, and the patient who takes part", () => {
    const appointment = {
      resourceType: "Appointment",
      id: "a-195900.Appointment-31",
      status: "booked",
      start: "2019-06-03T09:15:00-04:00",
      participant: [
        { actor: { reference: "Practitioner/a-195900.Provider-1" } },
        { actor: { reference: "Patient/a-195900.E-7" } },
        { actor: { reference: "Patient/a-195901.E-8" } }
      ]
    }
    const { layer, trail } = setUp(() => ({ body: bundle([appointment]) }))
    return Effect.gen(function* () {
      const id = { practiceId, kind: "Appointment", localId: "31" }
      const { records } = yield* run(SearchFhirAppointments.page({ practiceId, id }))
      assert.strictEqual(records[0]?.patientIds.join(), "7")
      assert.strictEqual(records[0]?.startsAt?.epochMilliseconds, Date.parse("2019-06-03T13:15:00Z"))
      assert.deepInclude(trail.outcomes()[0], {
        patientIds: [PatientId.make("7")],
        appointmentIds: [AppointmentId.make("31")]
      })
    }).pipe(Effect.provide(layer))
  })
})
