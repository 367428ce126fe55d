import { layer as athenaClient } from "@athena-engine/athena-core/AthenaClient"
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { catalogue } from "@athena-engine/athena-core/endpoints/catalogue"
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
import { FixtureText } from "@athena-engine/simulator/recording/Fixture"
import { makePseudonyms } from "@athena-engine/simulator/recording/Pseudonyms"
import { RecordingHttpClient } from "@athena-engine/simulator/recording/RecordingHttpClient"
import { ReplayHttpClient } from "@athena-engine/simulator/recording/ReplayHttpClient"
import { scrub } from "@athena-engine/simulator/recording/scrub"
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
      const { names, text } = yield* fixturesIn(folder)
      assert.include(names, "0001-ListDepartments.json")
      for (const patient of patients) {
        const { birthDate, email, firstName, lastName, mobilePhone } = reveal(patient.identity, "integration")
        const printed = birthDate === undefined ? undefined : vendorDate.print(birthDate)
        for (const secret of [email, firstName, lastName, mobilePhone, birthDate, printed]) {
          if (secret !== undefined && secret.length > 3) assert.notInclude(`${names.join(" ")} ${text}`, secret)
        }
        assert.notMatch(text, new RegExp(`"${patient.patientId}"|/${patient.patientId}\\b`))
      }
      for (const { appointmentId } of appointments) assert.notMatch(text, new RegExp(`"${appointmentId}"`))
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

  it.live("answers 501 to what was not recorded, which is told as any unknown status", () =>
    Effect.gen(function* () {
      const { folder } = yield* recorded
      const error = yield* booked({ from, to }).pipe(Effect.flip, Effect.provide(over(ReplayHttpClient.layer(folder))))
      assert.strictEqual(error._tag, "AthenaError")
    }).pipe(Effect.scoped, Effect.provide(files))
  )
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

  it("leaves no social security number and no driving licence, whatever the class", () => {
    const { phi } = ListDepartments.description
    const printed = JSON.stringify(
      scrub({ departments: [{ departmentid: "1", ssn: "123456789" }] }, phi, makePseudonyms())
    )
    assert.strictEqual(printed, '{"departments":[{"departmentid":"1"}]}')
  })
})
