import { layer as athenaClient } from "@athena-engine/athena-core/AthenaClient"
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { catalogue } from "@athena-engine/athena-core/endpoints/catalogue"
import { ListFhirSubscriptions } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptions"
import { SearchFhirPatients } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirPatients"
import { GetPatient } from "@athena-engine/athena-core/endpoints/patients/GetPatient"
import { SearchPatients } from "@athena-engine/athena-core/endpoints/patients/SearchPatients"
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import { simulatorCredentials } from "@athena-engine/athena-core/environment/credentialsVariable"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { LocalDate, vendorDate } from "@athena-engine/athena-core/time/LocalDate"
import * as AuditTrailMemory from "@athena-engine/audit/store/AuditTrailMemory"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { endpointOf } from "@athena-engine/simulator/recording/endpointOf"
import { FixtureText } from "@athena-engine/simulator/recording/Fixture"
import { makePseudonyms } from "@athena-engine/simulator/recording/Pseudonyms"
import { RecordingHttpClient } from "@athena-engine/simulator/recording/RecordingHttpClient"
import { ReplayHttpClient } from "@athena-engine/simulator/recording/ReplayHttpClient"
import { scrub } from "@athena-engine/simulator/recording/scrub"
import { scrubbedPath } from "@athena-engine/simulator/recording/scrubbedPath"
import { Simulator } from "@athena-engine/simulator/Simulator"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FileSystem, Layer, Redacted, Schema, Stream } from "effect"
import type { HttpClient } from "effect/http"

const practiceId = PracticeId.make("195900")
const from = LocalDate.make("2019-06-03")
const to = LocalDate.make("2019-06-04")

const client = (origin: string) =>
  athenaClient({
    connection: {
      environment: "simulator",
      origin,
      credentials: simulatorCredentials,
      scope: "athena/service/Athenanet.MDP.*"
    },
    budget: {
      requestsPerSecond: 900,
      appRequestsPerSecond: 900,
      startRequestsPerSecond: 900,
      maxConcurrency: 16,
      maxWait: Duration.seconds(5)
    }
  })

const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)
const over = <E, R>(http: Layer.Layer<HttpClient.HttpClient, E, R>) =>
  Layer.merge(Layer.provide(client(SimulatorHttpClient.origin), http), AuditTrailMemory.layer)

const booked = (days: { readonly from: LocalDate; readonly to: LocalDate }) =>
  Stream.runCollect(ListBookedAppointments.records({ practiceId, ...days }))

const fixturesIn = Effect.fnUntraced(function* (folder: string) {
  const disk = yield* FileSystem.FileSystem
  const names = (yield* disk.readDirectory(folder)).sort()
  const texts = yield* Effect.forEach(names, (name) => disk.readFileString(`${folder}/${name}`))
  const fixtures = yield* Effect.forEach(texts, (text) => Schema.decodeEffect(FixtureText)(text))
  return { names, text: texts.join("\n"), fixtures }
})

/** Records a few calls against the simulator, and says who was in them. */
const recorded = Effect.gen(function* () {
  const folder = yield* Effect.flatMap(FileSystem.FileSystem, (disk) => disk.makeTempDirectoryScoped())
  const recording = RecordingHttpClient.layer({ folder }).pipe(
    Layer.provide(SimulatorHttpClient.layer),
    Layer.provide(Simulator.layer({}))
  )
  const people = yield* Effect.gen(function* () {
    yield* Stream.runDrain(ListDepartments.records({ practiceId }))
    const appointments = yield* booked({ from, to })
    const ids = [...new Set(appointments.flatMap((one) => (one.patientId === undefined ? [] : [one.patientId])))]
    const patients = yield* Effect.forEach(ids, (patientId) => GetPatient.read({ practiceId, patientId }))
    const [first] = patients.map((patient) => reveal(patient.identity, "integration"))
    yield* Stream.runDrain(
      SearchPatients.records({ practiceId, criteria: Redacted.make({ lastName: first?.lastName ?? "" }) })
    )
    yield* Effect.exit(GetPatient.read({ practiceId, patientId: PatientId.make("99999999") }))
    return { appointments, patients }
  }).pipe(Effect.provide(over(recording)))
  return { folder, ...people }
})

describe("a recording", () => {
  it.live("holds nobody: no name, birth date, address or id of those who were read", () =>
    Effect.gen(function* () {
      const { appointments, folder, patients } = yield* recorded
      const { fixtures, names, text } = yield* fixturesIn(folder)
      assert.include(names, "0001-ListDepartments.json")
      for (const patient of patients) {
        const { email, firstName, lastName, mobilePhone } = reveal(patient.identity, "integration")
        for (const secret of [email, firstName, lastName, mobilePhone]) {
          if (secret !== undefined && secret.length > 3) assert.notInclude(`${names.join(" ")} ${text}`, secret)
        }
      }
      // A moved date of an appointment may be somebody's birthday; a birth date itself is always the same.
      assert.deepStrictEqual([...new Set(text.match(/"dob": "[^"]*"/g))], ['"dob": "01/01/1980"'])
      // Of thousands of other ids one may be somebody else's real one: each is compared with the one in whose place it stands.
      const reads = fixtures.filter((one) => one.endpoint === "GetPatient" && one.status === 200)
      assert.strictEqual(reads.length, patients.length)
      for (const [index, { patientId }] of patients.entries()) {
        const { body, path } = reads[index] ?? assert.fail()
        assert.notInclude(path, patientId)
        assert.notMatch(JSON.stringify(body), new RegExp(`\\b${patientId}\\b`))
      }
      const lists = fixtures.filter((one) => one.endpoint === "ListBookedAppointments")
      const ids = [...JSON.stringify(lists).matchAll(/"appointmentid":"(\d+)"/g)].map(([, id]) => id)
      assert.strictEqual(ids.length, appointments.length)
      for (const [index, { appointmentId }] of appointments.entries()) assert.notStrictEqual(ids[index], appointmentId)
      assert.notInclude(text, "simulator-secret")
      assert.notInclude(text, "access_token")
    }).pipe(Effect.scoped, Effect.provide(files))
  )

  it.live("reads as the answers did: the same appointments, at the same times, with patients to be found", () =>
    Effect.gen(function* () {
      const { appointments, folder } = yield* recorded
      const { fixtures } = yield* fixturesIn(folder)
      const asked = fixtures.find((one) => one.endpoint === "ListBookedAppointments")
      const day = (name: string) => {
        const date = vendorDate.parse(asked?.query[name] ?? "")
        return date === undefined ? assert.fail(`no ${name}`) : date
      }
      yield* Effect.gen(function* () {
        const again = yield* booked({ from: day("startdate"), to: day("enddate") })
        const shape = (list: typeof again) =>
          list.map(({ departmentId, durationMinutes, startTime, status }) => ({
            departmentId,
            durationMinutes,
            startTime,
            status
          }))
        assert.deepStrictEqual(shape(again), shape(appointments))
        const [one] = again.filter(({ patientId }) => patientId !== undefined)
        const patientId = one?.patientId ?? PatientId.make("1")
        const patient = yield* GetPatient.read({ practiceId, patientId })
        assert.strictEqual(patient.patientId, patientId)
        assert.match(reveal(patient.identity, "integration").lastName ?? "", /^[Xx' -]+$/)
      }).pipe(Effect.provide(over(ReplayHttpClient.layer(folder))))
    }).pipe(Effect.scoped, Effect.provide(files))
  )

  it.live("overwrites nothing of an earlier recording, of which some files were taken away", () =>
    Effect.gen(function* () {
      const disk = yield* FileSystem.FileSystem
      const folder = yield* disk.makeTempDirectoryScoped()
      yield* disk.writeFileString(`${folder}/0002-ListDepartments.json`, "kept")
      yield* Stream.runDrain(ListDepartments.records({ practiceId })).pipe(
        Effect.provide(
          over(
            RecordingHttpClient.layer({ folder }).pipe(
              Layer.provide(SimulatorHttpClient.layer),
              Layer.provide(Simulator.layer({}))
            )
          )
        )
      )
      assert.strictEqual(yield* disk.readFileString(`${folder}/0002-ListDepartments.json`), "kept")
      assert.include(yield* disk.readDirectory(folder), "0003-ListDepartments.json")
    }).pipe(Effect.scoped, Effect.provide(files))
  )

  it.live("answers 501 to what was not recorded, which is told as any unknown status", () =>
    Effect.gen(function* () {
      const { folder } = yield* recorded
      const error = yield* booked({ from, to }).pipe(Effect.flip, Effect.provide(over(ReplayHttpClient.layer(folder))))
      assert.strictEqual(error._tag, "AthenaError")
    }).pipe(Effect.scoped, Effect.provide(files))
  )
})

describe("a path", () => {
  const patients = "/v1/195900/patients"
  const endpoint = (path: string) => endpointOf("GET", path)

  it("has other ids, and the practice's own", () => {
    const pseudonyms = makePseudonyms()
    const path = `${patients}/30051`
    assert.strictEqual(scrubbedPath(endpoint(path), path, pseudonyms), `${patients}/${pseudonyms.id("30051")}`)
  })

  it("refers to a FHIR resource as the answers do", () => {
    const pseudonyms = makePseudonyms()
    const path = "/fhir/r4/Patient/a-195900.E-30051"
    assert.strictEqual(
      scrubbedPath(endpoint(path), path, pseudonyms),
      `/fhir/r4/Patient/a-195900.E-${pseudonyms.id("30051")}`
    )
  })

  it("holds no text in the place of an id, of no endpoint", () => {
    for (const path of [`${patients}/Wyvern`, `${patients}/Wyvern/search/O'Wyvern-7`, "/fhir/r4/Group/Wyvern"]) {
      const scrubbed = scrubbedPath(endpoint(path), path, makePseudonyms())
      assert.notMatch(scrubbed, /wyvern|7/i)
      assert.isTrue(scrubbed.startsWith(path.slice(0, 13)), scrubbed)
    }
  })
})

describe("scrubbing", () => {
  const marker = "Zq9wyvern"

  it("lets no text out of a field that identifies, or that nobody described, of any endpoint with patients", () => {
    for (const { name, phi } of catalogue) {
      if (phi.none.includes("*")) continue
      const fields = [...phi.identifying, "undescribed"].filter((field) => field !== "*")
      const values = [
        marker,
        `${marker} 1`,
        [marker],
        { [marker]: { [marker]: marker } },
        { [`${marker}1`]: 7001 },
        7001
      ]
      for (const value of values) {
        const record = Object.fromEntries(fields.map((field) => [field, value]))
        for (const body of [record, [record], { totalcount: 1, rows: [record], [marker]: marker }]) {
          const printed = JSON.stringify(scrub(structuredClone(body), phi, makePseudonyms()))
          assert.notMatch(printed, /wyvern|7001/i, `${name}: ${printed}`)
        }
      }
    }
  })

  it("keeps what tells one answer from another: types, codes, empty values, and who is the same", () => {
    const pseudonyms = makePseudonyms()
    const record = {
      appointmentid: "4410516",
      patientid: 30051,
      appointmentstatus: "f",
      date: "06/03/2019",
      starttime: "08:15",
      duration: 15,
      departmentid: "1",
      patient: { firstname: "Wyvern", dob: "02/29/1980", deceaseddate: null, homeless: false, note: "" }
    }
    const { phi } = ListBookedAppointments.description
    const first = scrub({ totalcount: 1, appointments: [structuredClone(record)] }, phi, pseudonyms)
    const second = scrub({ totalcount: 1, appointments: [structuredClone(record)] }, phi, pseudonyms)
    assert.deepStrictEqual(first, second)
    const { appointments } = first as { readonly appointments: ReadonlyArray<typeof record> }
    const [scrubbed] = appointments
    assert.match(scrubbed?.appointmentid ?? "", /^\d{7}$/)
    assert.notStrictEqual(scrubbed?.appointmentid, record.appointmentid)
    assert.match(String(scrubbed?.patientid), /^\d{5}$/)
    assert.match(scrubbed?.date ?? "", /^\d{2}\/\d{2}\/\d{4}$/)
    assert.notStrictEqual(scrubbed?.date, record.date)
    assert.deepInclude(scrubbed, { appointmentstatus: "f", starttime: "08:15", duration: 15, departmentid: "1" })
    assert.deepStrictEqual(scrubbed?.patient, {
      firstname: "Xxxxxx",
      dob: "01/01/1980",
      deceaseddate: null,
      homeless: false,
      note: ""
    })
  })

  it("lets nothing out of an answer that is no object: an error told as a bare text or number", () => {
    const { phi } = GetPatient.description
    assert.strictEqual(scrub(`${marker} 30051 not found`, phi, makePseudonyms()), "Xx0xxxxxx 00000 xxx xxxxx")
    assert.strictEqual(scrub(30051, phi, makePseudonyms()), 0)
  })

  it("lets nothing out of an object that stands where a code or a moment is expected", () => {
    const { phi } = ListBookedAppointments.description
    const value = { patientid: 30051, phone: 6175551212, display: "Ng", Wyvern: ["Bo"], at: "06/03/2019 08:15" }
    for (const name of phi.linked) {
      const printed = JSON.stringify(scrub({ appointments: [{ [name]: value }] }, phi, makePseudonyms()))
      assert.notMatch(printed, /30051|6175551212|"Ng"|Wyvern|"Bo"|06\/03\/2019/, `${name}: ${printed}`)
    }
  })

  it("takes a capitalised key for a value, and a described one for a name, digits or not", () => {
    const record = { Wyvern: { Smith: "x" }, address1: "1 Main St", address2: "Unit 9" }
    assert.deepStrictEqual(scrub([record], GetPatient.description.phi, makePseudonyms()), [
      { Xxxxxx: { Xxxxx: "x" }, address1: "0 Xxxx Xx", address2: "Xxxx 0" }
    ])
  })

  it("gives short ids another one too", () => {
    const { phi } = ListBookedAppointments.description
    const ids = ["11", "12", "13", "14", "15", "16", "17", "18"]
    const rows = ids.map((patientid) => ({ patientid, appointmentstatus: "3" }))
    const scrubbed = scrub(structuredClone(rows), phi, makePseudonyms())
    assert.notDeepEqual(scrubbed, rows)
    for (const row of scrubbed as ReadonlyArray<(typeof rows)[number]>) assert.strictEqual(row.appointmentstatus, "3")
  })

  it("keeps what FHIR's resources are, also in a bundle, and whom they refer to", () => {
    const { phi } = SearchFhirPatients.description
    const resource = { resourceType: "Patient", id: "a-195900.E-30051", active: true, name: [{ family: marker }] }
    const bundle = { resourceType: "Bundle", type: "searchset", total: 1, entry: [{ resource }] }
    const pseudonyms = makePseudonyms()
    assert.deepStrictEqual(scrub(bundle, phi, pseudonyms), {
      ...bundle,
      entry: [
        {
          resource: { ...resource, id: `a-195900.E-${pseudonyms.id("30051")}`, name: [{ family: "Xx0xxxxxx" }] }
        }
      ]
    })
  })

  it("leaves nothing of a subscription by which its subscriber could be reached or deceived", () => {
    const channel = {
      type: "rest-hook",
      endpoint: `https://u:${marker}@${marker}.example/?key=${marker}`,
      header: [`Authorization: Bearer ${marker}`]
    }
    const subscription = () => ({ resourceType: "Subscription", id: "7", channel: { ...channel } })
    const { phi } = ListFhirSubscriptions.description
    const scrubbed = {
      resourceType: "Subscription",
      id: "7",
      channel: { type: "rest-hook", endpoint: "https://subscriber.example/" }
    }
    assert.deepStrictEqual(scrub(subscription(), phi, makePseudonyms()), scrubbed)
    const bundle = { resourceType: "Bundle", entry: [{ resource: subscription() }] }
    assert.deepStrictEqual(scrub(bundle, phi, makePseudonyms()), { ...bundle, entry: [{ resource: scrubbed }] })
  })

  it("lets no text out of a refusal, even of an endpoint that has no patients", () => {
    const { phi } = ListDepartments.description
    const body = {
      error: `${marker} is unknown`,
      detailedmessage: { patient: marker },
      departments: [{ name: "Rome" }]
    }
    const printed = JSON.stringify(scrub(body, phi, makePseudonyms()))
    assert.notInclude(printed, marker)
    assert.include(printed, "Rome")
  })

  it("leaves no social security number and no driving licence, whatever the class", () => {
    const { phi } = ListDepartments.description
    const printed = JSON.stringify(
      scrub({ departments: [{ departmentid: "1", ssn: "123456789" }] }, phi, makePseudonyms())
    )
    assert.strictEqual(printed, '{"departments":[{"departmentid":"1"}]}')
  })
})
