/** What holds of every endpoint that returns patient data, and what is particular to some. */
import { marker } from "@athena-engine/testing/leaks/markers"
import { printed } from "@athena-engine/testing/leaks/printed"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { catalogue } from "../../src/endpoints/catalogue.ts"
import { ListMedications } from "../../src/endpoints/chart/ListMedications.ts"
import { ListProblems } from "../../src/endpoints/chart/ListProblems.ts"
import { GetClaim } from "../../src/endpoints/claims/GetClaim.ts"
import { ChangedPrescriptions } from "../../src/endpoints/documents/ChangedPrescriptions.ts"
import { ListPatientInsurances } from "../../src/endpoints/insurances/ListPatientInsurances.ts"
import { type ListDescription, patientDataList } from "../../src/endpoints/list.ts"
import { CreatePatient } from "../../src/endpoints/patients/CreatePatient.ts"
import { FindMatchingPatients } from "../../src/endpoints/patients/FindMatchingPatients.ts"
import { SearchPatients } from "../../src/endpoints/patients/SearchPatients.ts"
import { UpdatePatient } from "../../src/endpoints/patients/UpdatePatient.ts"
import { patientDataRecord, type RecordDescription } from "../../src/endpoints/record.ts"
import type { EndpointDescription } from "../../src/http/EndpointDescription.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { noPhi } from "../../src/phi/PhiClass.ts"
import { reveal, revealText } from "../../src/phi/reveal.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { everyEndpoint, practiceId, query } from "../support/hostileWorld.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

type Query = typeof query
type Row = Readonly<Record<string, unknown>>

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

const isOfPatients = (described: EndpointDescription) => described.path.startsWith("/v1/") && described.phi !== noPhi

const lists = catalogue.filter(
  (described): described is ListDescription<Query, unknown> => "recordsKey" in described && isOfPatients(described)
)
const records = catalogue.filter(
  (described): described is RecordDescription<Query, unknown> =>
    "kind" in described && !("recordsKey" in described) && isOfPatients(described)
)

/** A good record of an endpoint, as it is sent. */
const goodRow = (name: string): Row => {
  const endpoint = everyEndpoint.find((one) => one.name === name)
  const record: Row = JSON.parse(JSON.stringify(endpoint?.shape.record(0) ?? {}))
  return { ...record, notes: marker, ssn: marker }
}

/** The same without its id. */
const badRow = (name: string, idKey: string): Row => {
  const { [idKey]: _, ...rest } = goodRow(name)
  return rest
}

const bodyOf = (described: ListDescription<Query, unknown>, rows: ReadonlyArray<Row>): unknown => {
  if (described.recordsKey === undefined) return rows
  return { totalcount: rows.length, [described.recordsKey]: described.isGrouped ? [rows] : rows }
}

describe("a list of patient data", () => {
  it.effect.each(lists.map((described) => [described.name, described] as const))(
    "decodes what fits, sets aside what does not, and tells the trail whose it is: %s",
    ([name, described]) => {
      const rows = [goodRow(name), badRow(name, described.kind.idKey)]
      const { layer, server, trail } = setUp(() => ({ body: bodyOf(described, rows) }))
      return Effect.gen(function* () {
        const page = yield* run(patientDataList(described).page(query, 0))
        assert.deepStrictEqual([page.records.length, page.misfits.length, page.received], [1, 1, 2])
        assert.match(page.misfits[0]?.reason ?? "", new RegExp(`expected .+ at \\["${described.kind.idKey}"\\]`))
        const [outcome] = trail.outcomes()
        assert.deepStrictEqual([outcome?.outcome, outcome?.records], ["success", 2])
        const { appointmentIds = [], patientIds = [] } = outcome ?? {}
        // Notes know their appointment alone.
        if (patientIds.length > 0) assert.deepStrictEqual(patientIds, [query.patientId])
        else assert.deepStrictEqual(appointmentIds, [query.appointmentId])
        assert.notInclude(server.requests[0]?.path, "{")
        assert.notInclude(printed(page) + printed(trail.recorded), marker)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect.each(lists.map((described) => [described.name, described] as const))(
    "names whom it was asked about even if there is nothing: %s",
    ([, described]) => {
      const { layer, trail } = setUp(() => ({ body: bodyOf(described, []) }))
      return Effect.gen(function* () {
        const page = yield* run(patientDataList(described).page(query, 0))
        assert.strictEqual(page.received, 0)
        const asked = described.asked?.(query).patientIds ?? []
        if (described.path.includes("{patientid}")) assert.deepStrictEqual(asked, [query.patientId])
        assert.deepStrictEqual(trail.intents()[0]?.patientIds, asked)
        assert.deepStrictEqual(trail.outcomes()[0]?.patientIds, asked)
      }).pipe(Effect.provide(layer))
    }
  )
})

describe("a record of patient data", () => {
  it.effect.each(records.map((described) => [described.name, described] as const))(
    "decodes, or is set aside with the place that does not fit; the trail names the patient: %s",
    ([name, described]) => {
      const { layer, trail } = setUp(({ index }) => ({
        body: [index === 0 ? goodRow(name) : badRow(name, described.kind.idKey)]
      }))
      return Effect.gen(function* () {
        const record = yield* run(patientDataRecord(described).read(query))
        assert.notInclude(printed(record), marker)
        const exit = yield* run(Effect.exit(patientDataRecord(described).read(query)))
        const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        assert.match(printed(error), new RegExp(described.kind.idKey))
        assert.notInclude(printed(error) + printed(trail.recorded), marker)
        const named = [...trail.intents(), ...trail.outcomes()].flatMap(({ patientIds }) => patientIds)
        assert.include(named, query.patientId)
      }).pipe(Effect.provide(layer))
    }
  )
})

describe("the search of patients", () => {
  const criteria = Redacted.make({ lastName: marker, birthDate: LocalDate.make("1990-01-02"), zip: "02139-4307" })

  it.effect("sends what it is searched by, at most a thousand rows a page, and tells neither trail nor printer", () => {
    const { layer, server, trail } = setUp(() => ({ body: { totalcount: 0, patients: [] } }))
    return Effect.gen(function* () {
      const asked = { practiceId, criteria, limit: 5000, status: "active" }
      yield* run(SearchPatients.page(asked, 0))
      const sent = server.requests[0]?.query
      assert.deepInclude(sent, { lastname: marker, dob: "01/02/1990", zip: "02139", limit: "1000", status: "active" })
      assert.deepStrictEqual(trail.intents()[0]?.parameters, { status: "active", limit: "1000" })
      assert.notInclude(printed(trail.recorded) + printed(asked), marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails with a reason of its own where too many match, after one request", () => {
    const error = "The given search parameters would produce a total data set larger than 1000 records.  Please refine"
    const { layer, server } = setUp(() => ({ status: 400, body: `\n\n${JSON.stringify({ error })}` }))
    return Effect.gen(function* () {
      const caught = yield* run(
        SearchPatients.page({ practiceId, criteria }, 0).pipe(
          Effect.as("found"),
          Effect.catchReason("AthenaError", "TooManyMatches", (reason) => Effect.succeed(reason.message))
        )
      )
      assert.match(caught, /more than 1,000 patients match/)
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("reads the score of a match from a number and from a text, and asks for no page", () => {
    const body = [{ patientid: "7", score: 23 }, { patientid: "8", score: "16.5" }, { patientid: "9" }]
    const { layer, server } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const page = yield* run(FindMatchingPatients.page({ practiceId, criteria: query.criteria }, 0))
      assert.deepStrictEqual(
        page.records.map(({ patientId, score }) => [String(patientId), score]),
        [
          ["7", 23],
          ["8", 16.5]
        ]
      )
      assert.deepStrictEqual(page.misfits[0]?.recordId, "9")
      assert.deepStrictEqual(Object.keys(server.requests[0]?.query ?? {}).sort(), [
        "dob",
        "firstname",
        "lastname",
        "returnbestmatches",
        "zip"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, unknown]>([
    ["an object", { patients: [] }],
    ["a text", "none"]
  ])("takes %s for no list of matches", ([, body]) => {
    const { layer } = setUp(() => ({ body: JSON.stringify(body) }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(FindMatchingPatients.page({ practiceId, criteria: query.criteria }, 0)))
      assert.strictEqual(error._tag, "AthenaError")
    }).pipe(Effect.provide(layer))
  })
})

describe("what comes whole", () => {
  it.effect("is asked for once, without a limit, whatever its total counts", () => {
    const { layer, server } = setUp(() => ({ body: { totalcount: 80, problems: [{ problemid: 1 }] } }))
    return Effect.gen(function* () {
      const found = yield* run(Stream.runCollect(ListProblems.records(query)))
      assert.deepStrictEqual(
        found.map(({ problemId }) => String(problemId)),
        ["1"]
      )
      assert.deepStrictEqual(
        server.requests.map((sent) => sent.query),
        [{ departmentid: "21" }]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("may come in groups, of which every row is one by itself", () => {
    const entry = (medicationentryid: unknown) => ({ medicationentryid, medication: marker })
    const body = { medications: [[entry("H1"), entry("H2")], [], [entry("C3"), "no object"], entry("H4")] }
    const { layer } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const page = yield* run(ListMedications.page(query, 0))
      assert.deepStrictEqual(
        page.records.map(({ medicationEntryId }) => String(medicationEntryId)),
        ["H1", "H2", "C3", "H4"]
      )
      assert.strictEqual(page.misfits.length, 1)
      assert.strictEqual(page.records[0] && reveal(page.records[0].details, "integration").medication, marker)
      assert.notInclude(printed(page), marker)
    }).pipe(Effect.provide(layer))
  })
})

describe("insurances, claims and feeds", () => {
  it.effect("keep no social security number of a policy holder", () => {
    const insurances = [{ insuranceid: "21", insurancepackageid: 0, insurancepolicyholderssn: "501944150" }]
    const { layer } = setUp(() => ({ body: { insurances } }))
    return Effect.gen(function* () {
      const { records: found } = yield* run(ListPatientInsurances.page(query, 0))
      assert.strictEqual(String(found[0]?.insurancePackageId), "0")
      assert.notInclude(found[0] === undefined ? "" : revealText(found[0].raw, "storage"), "501944150")
    }).pipe(Effect.provide(layer))
  })

  it.effect("read a claim that is no array of one", () => {
    const { layer } = setUp(() => ({ body: { claimid: "301", patientid: 1, transactiondetails: { "2801": "225" } } }))
    return Effect.gen(function* () {
      const claim = yield* run(GetClaim.read(query))
      assert.deepStrictEqual([String(claim.claimId), String(claim.patientId)], ["301", "1"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("hand over a document twice that changed twice", () => {
    const prescriptions = ["REVIEW", "NOTIFY"].map((status) => ({ documentid: 5, patientid: 7, status }))
    const { layer, trail } = setUp(() => ({ body: { totalcount: 2, prescriptions } }))
    return Effect.gen(function* () {
      const changes = yield* run(ChangedPrescriptions.consume({ practiceId }))
      assert.deepStrictEqual(
        changes.records.map(({ status }) => status),
        ["REVIEW", "NOTIFY"]
      )
      assert.deepStrictEqual(trail.outcomes()[0]?.patientIds, [query.patientId])
    }).pipe(Effect.provide(layer))
  })
})

const lost: Answer = "reset"
const isWrite = (sent: Sent) => sent.method !== "GET"

describe("a patient's registration", () => {
  const patient = Redacted.make({
    firstName: "Testa",
    lastName: marker,
    birthDate: LocalDate.make("1990-01-02"),
    email: "declined"
  })
  const creating = { practiceId, departmentId: query.departmentId, patient }
  const row = (patientid: string, more: Row = {}) => ({
    patientid,
    firstname: "TESTA",
    lastname: marker.toLowerCase(),
    dob: "01/02/1990",
    status: "active",
    ...more
  })

  it.effect("is sent once as a form, and its id is in the trail", () => {
    const { layer, server, trail } = setUp(() => ({ body: [{ patientid: "5309" }] }))
    return Effect.gen(function* () {
      const outcome = yield* run(CreatePatient.write(creating))
      assert.deepInclude(outcome, { _tag: "Written", value: PatientId.make("5309") })
      assert.deepStrictEqual(server.requests[0]?.form, {
        departmentid: "21",
        firstname: "Testa",
        lastname: marker,
        dob: "01/02/1990",
        email: "declined"
      })
      assert.deepStrictEqual(server.requests[0]?.query, {})
      assert.deepStrictEqual(trail.outcomes()[0]?.patientIds.map(String), ["5309"])
      assert.strictEqual(trail.intents()[0]?.action, "C")
      assert.notInclude(printed(trail.recorded) + printed(outcome), marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, ReadonlyArray<Row>, string]>([
    ["happened, where the person is registered", [row("9"), row("8", { status: "deleted" })], "Happened"],
    [
      "did not happen, where nobody is",
      [row("9", { dob: "01/03/1990" }), row("8", { firstname: "Testabel" })],
      "DidNotHappen"
    ],
    ["cannot be told, where two people are", [row("9"), row("8")], "CannotBeTold"],
    ["cannot be told, where a record cannot be read", [row("9", { dob: "soon" })], "CannotBeTold"]
  ])("%s: an answer that was lost is looked for, and nothing is sent again", ([, patients, verdict]) => {
    const { layer, server } = setUp((sent) =>
      isWrite(sent) ? lost : { body: { totalcount: patients.length, patients } }
    )
    return Effect.gen(function* () {
      const settled = yield* run(CreatePatient.settle(creating))
      assert.strictEqual(settled._tag, verdict)
      if (settled._tag === "Happened") assert.strictEqual(String(settled.value), "9")
      assert.strictEqual(server.requests.filter(isWrite).length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, string]>([
    ["new@example.com", "Happened"],
    ["old@example.com", "DidNotHappen"]
  ])("that was changed without an answer is read: %s means %s", ([email, verdict]) => {
    const { layer, server, trail } = setUp((sent) => (isWrite(sent) ? lost : { body: [{ patientid: "7", email }] }))
    const changes = Redacted.make({ email: "new@example.com" })
    return Effect.gen(function* () {
      const settled = yield* run(UpdatePatient.settle({ practiceId, patientId: query.patientId, changes }))
      assert.strictEqual(settled._tag, verdict)
      const [sent, ...more] = server.requests.filter(isWrite)
      assert.deepStrictEqual([sent?.method, sent?.path, more.length], ["PUT", "/v1/195900/patients/7", 0])
      assert.strictEqual(trail.intents()[0]?.action, "U")
      assert.isTrue(trail.intents().every(({ patientIds }) => patientIds.includes(query.patientId)))
    }).pipe(Effect.provide(layer))
  })
})
