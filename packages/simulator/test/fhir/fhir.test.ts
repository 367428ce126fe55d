import { layer as athenaClient } from "@athena-engine/athena-core/AthenaClient"
import { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import { CreateFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/CreateFhirSubscription"
import { DeleteFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/DeleteFhirSubscription"
import { GetFhirEncounter } from "@athena-engine/athena-core/endpoints/fhir/GetFhirEncounter"
import { GetFhirImmunization } from "@athena-engine/athena-core/endpoints/fhir/GetFhirImmunization"
import { GetFhirOrganization } from "@athena-engine/athena-core/endpoints/fhir/GetFhirOrganization"
import { GetFhirPatient } from "@athena-engine/athena-core/endpoints/fhir/GetFhirPatient"
import { GetFhirPractitioner } from "@athena-engine/athena-core/endpoints/fhir/GetFhirPractitioner"
import { GetFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/GetFhirSubscription"
import { GetFhirSubscriptionTopic } from "@athena-engine/athena-core/endpoints/fhir/GetFhirSubscriptionTopic"
import { ListFhirSubscriptions } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptions"
import { ListFhirSubscriptionTopics } from "@athena-engine/athena-core/endpoints/fhir/ListFhirSubscriptionTopics"
import { SearchFhirAppointments } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirAppointments"
import { SearchFhirConditions } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirConditions"
import { SearchFhirEncounters } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirEncounters"
import { SearchFhirImmunizations } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirImmunizations"
import { SearchFhirMedicationRequests } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirMedicationRequests"
import { SearchFhirOrganizations } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirOrganizations"
import { SearchFhirPatients } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirPatients"
import { SearchFhirPractitioners } from "@athena-engine/athena-core/endpoints/fhir/SearchFhirPractitioners"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Layer, Redacted, Stream } from "effect"
import { answerTo, signIn, tokenRequest } from "../support/asking.ts"

const practiceId = PracticeId.make("195900")
const types = [
  "Appointment",
  "Condition",
  "Encounter",
  "Immunization",
  "MedicationRequest",
  "Organization",
  "Patient",
  "Practitioner"
]
const scope = [
  "athena/service/Athenanet.MDP.*",
  ...types.map((type) => `system/${type}.read`),
  "system/SubscriptionTopic.read system/Subscription.read system/Subscription.write"
].join(" ")

/** A trail in memory, in which every access is told of. */
const trail = Layer.succeed(AuditTrail, { access: (_intent, effect) => effect })

const world = athenaClient({
  connection: {
    environment: "sandbox",
    origin: SimulatorHttpClient.origin,
    credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
    scope
  },
  budget: {
    requestsPerSecond: 900,
    appRequestsPerSecond: 900,
    startRequestsPerSecond: 900,
    maxConcurrency: 64,
    maxWait: Duration.seconds(60)
  }
}).pipe(Layer.provideMerge(SimulatorTest.layerMemory({ seed: 4 })), Layer.merge(trail))

const everyone = { practiceId, terms: Redacted.make({ gender: "female" }) }

/** Patients who came, and how often; those who came most often first. */
const busiest = Effect.gen(function* () {
  const { appointments } = yield* (yield* Simulator).snapshot("195900")
  const counts = new Map<string, number>()
  for (const { patientId, status } of appointments) {
    if (patientId !== null && "234".includes(status)) counts.set(patientId, (counts.get(patientId) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([id, count]) => ({ patientId: PatientId.make(id), count }))
})

describe("FHIR", () => {
  it.live("finds patients page by page, each once, the same as it reads them by id", () =>
    Effect.gen(function* () {
      const pages = yield* Stream.runCollect(SearchFhirPatients.pages({ ...everyone, count: 7 }))
      const found = pages.flatMap(({ records }) => records)
      assert.isAbove(pages.length, 5)
      assert.strictEqual(new Set(found.map(({ patientId }) => patientId)).size, found.length)
      const whole = yield* Stream.runCollect(SearchFhirPatients.records({ ...everyone, count: 1000 }))
      assert.deepStrictEqual(
        found.map(({ patientId }) => patientId),
        whole.map(({ patientId }) => patientId)
      )
      const [first] = found
      if (first === undefined) return assert.fail("nobody was found")
      const read = yield* GetFhirPatient.read({ practiceId, patientId: first.patientId })
      assert.deepStrictEqual(reveal(read.raw, "integration"), reveal(first.raw, "integration"))
    }).pipe(Effect.provide(world))
  )

  it.live("finds by name and birth date", () =>
    Effect.gen(function* () {
      const [first] = yield* Stream.runCollect(SearchFhirPatients.records(everyone))
      if (first === undefined) return assert.fail("nobody was found")
      const { birthDate, names } = reveal(first.identity, "integration")
      const family = names[0]?.family?.toLowerCase() ?? ""
      const again = yield* Stream.runCollect(
        SearchFhirPatients.records({ practiceId, terms: Redacted.make({ family, birthDate: birthDate as never }) })
      )
      assert.include(
        again.map(({ patientId }) => patientId),
        first.patientId
      )
    }).pipe(Effect.provide(world))
  )

  it.live("has an encounter for each appointment whose patient came, found by patient and read by id", () =>
    Effect.gen(function* () {
      const [patient] = yield* busiest
      if (patient === undefined) return assert.fail("nobody came")
      const { count, patientId } = patient
      const found = yield* Stream.runCollect(SearchFhirEncounters.records({ practiceId, patientId }))
      assert.strictEqual(found.length, count)
      const [encounter] = found
      if (encounter === undefined) return assert.fail("no encounter")
      assert.strictEqual(encounter.patientId, patientId)
      assert.deepInclude(yield* GetFhirEncounter.read({ practiceId, id: encounter.id }), {
        id: encounter.id,
        patientId,
        status: encounter.status
      })
    }).pipe(Effect.provide(world))
  )

  it.live("has what the chart holds, and shows an appointment by its id", () =>
    Effect.gen(function* () {
      const patients = (yield* busiest).slice(0, 12)
      const seen = { conditions: 0, medications: 0, vaccines: 0 }
      for (const { patientId } of patients) {
        const query = { practiceId, patientId }
        seen.conditions += (yield* Stream.runCollect(SearchFhirConditions.records(query))).length
        seen.medications += (yield* Stream.runCollect(SearchFhirMedicationRequests.records(query))).length
        const vaccines = yield* Stream.runCollect(SearchFhirImmunizations.records(query))
        seen.vaccines += vaccines.length
        for (const { id } of vaccines.slice(0, 1)) {
          assert.strictEqual((yield* GetFhirImmunization.read({ practiceId, id })).patientId, patientId)
        }
      }
      for (const count of Object.values(seen)) assert.isAbove(count, 0)
      const { appointments } = yield* (yield* Simulator).snapshot("195900")
      const booked = appointments.find(({ patientId, status }) => status === "f" && patientId !== null)
      const id = { practiceId, kind: "Appointment", localId: String(booked?.appointmentId) }
      const [found] = yield* Stream.runCollect(SearchFhirAppointments.records({ practiceId, id }))
      assert.deepInclude(found, { status: "booked", patientIds: [PatientId.make(String(booked?.patientId))] })
    }).pipe(Effect.provide(world))
  )

  it.live("knows providers, and the practice with its departments and chart sharing groups", () =>
    Effect.gen(function* () {
      const providers = yield* Stream.runCollect(SearchFhirPractitioners.records({ practiceId, count: 2 }))
      assert.isAbove(providers.length, 3)
      assert.isTrue(providers.every(({ names }) => names.length === 1))
      for (const provider of providers) {
        const { providerId } = yield* GetFhirPractitioner.read({ practiceId, id: provider.id })
        assert.strictEqual(providerId, provider.providerId)
      }
      const [family] = providers.flatMap(({ names }) => names[0]?.family ?? [])
      const named = yield* Stream.runCollect(
        SearchFhirPractitioners.records({ practiceId, name: String(family).slice(0, 3).toUpperCase() })
      )
      assert.isBelow(named.length, providers.length)
      assert.include(JSON.stringify(named), String(family))
      const organizations = yield* Stream.runCollect(SearchFhirOrganizations.records({ practiceId }))
      const kinds = new Set(organizations.map(({ id }) => id.kind))
      assert.deepStrictEqual([...kinds].sort(), ["CSG", "Department", "Practice"])
      for (const { id, name } of organizations) {
        assert.strictEqual((yield* GetFhirOrganization.read({ practiceId, id })).name, name)
      }
      const { disclosures } = yield* (yield* Simulator).statistics
      assert.strictEqual(disclosures.length, 0)
    }).pipe(Effect.provide(world))
  )

  it.live("knows nobody with an unknown id, and refuses a practice that did not authorise the app", () =>
    Effect.gen(function* () {
      const patientId = PatientId.make("99999999")
      const unknown = yield* Effect.flip(GetFhirPatient.read({ practiceId, patientId }))
      assert.strictEqual(unknown._tag === "AthenaError" && unknown.reason._tag, "RecordNotFound")
      const refused = yield* Effect.flip(GetFhirPatient.read({ practiceId: PracticeId.make("195903"), patientId }))
      assert.strictEqual(refused._tag === "AthenaError" && refused.reason._tag, "PermissionDenied")
    }).pipe(Effect.provide(world))
  )

  it.live("subscribes, lists, reads and deletes; there are 62 topics", () =>
    Effect.gen(function* () {
      const topics = yield* Stream.runCollect(ListFhirSubscriptionTopics.records({ practiceId }))
      assert.strictEqual(topics.length, 62)
      const topic = "Appointment.check-in"
      assert.strictEqual((yield* GetFhirSubscriptionTopic.read({ practiceId, topic })).status, "active")
      const request = {
        practiceId,
        topic,
        endpoint: "https://receiver.test/webhooks",
        endsAt: DateTime.makeUnsafe("2030-12-31T12:00:00Z"),
        reason: "Sync",
        secret: Redacted.make("a secret")
      }
      const created = yield* CreateFhirSubscription.create(request)
      if (created._tag !== "Written") return assert.fail("its answer was lost")
      const { subscriptionId } = created.value
      const [listed, ...others] = yield* Stream.runCollect(ListFhirSubscriptions.records({ practiceId }))
      assert.strictEqual(others.length, 0)
      assert.deepInclude(listed, { subscriptionId, topic, practiceId, endpoint: request.endpoint, status: "active" })
      assert.notInclude(JSON.stringify(listed === undefined ? "" : reveal(listed.raw, "integration")), "a secret")
      assert.strictEqual((yield* GetFhirSubscription.read({ practiceId, subscriptionId })).topic, topic)
      yield* DeleteFhirSubscription.remove({ practiceId, subscriptionId })
      const gone = yield* Effect.flip(DeleteFhirSubscription.remove({ practiceId, subscriptionId }))
      assert.strictEqual(gone.reason._tag, "RecordNotFound")
      const refused = yield* Effect.flip(CreateFhirSubscription.create({ ...request, topic: "Appointment.create" }))
      assert.strictEqual(refused.reason._tag, "InvalidRequest")
    }).pipe(Effect.provide(world))
  )
})

describe("FHIR on the wire", () => {
  const signInWith = (scopes: string) =>
    Effect.gen(function* () {
      const answer = yield* answerTo(tokenRequest(`grant_type=client_credentials&scope=${encodeURIComponent(scopes)}`))
      const token: string = JSON.parse(answer.body).access_token
      const headers = { authorization: `Bearer ${token}` }
      return (path: string) => answerTo({ method: "GET", path, headers, body: "" })
    })

  it.effect.each([
    "/fhir/r4/Patient?family=a",
    "/fhir/r4/Patient?ah-practice=195900&family=a",
    "/fhir/r4/Patient?ah-practice=Organization/a-1.Practice-195900&_id=30003",
    "/fhir/r4/Patient?ah-practice=a-1.Practice-195900",
    "/fhir/r4/Patient?cursor=nonsense",
    "/fhir/r4/Patient/30003",
    "/fhir/r4/MedicationRequest?ah-practice=a-1.Practice-195900&patient=a-195900.E-30003"
  ])("%s is refused by an OperationOutcome whose details are a text", (path) =>
    Effect.gen(function* () {
      const answer = yield* (yield* signInWith(scope))(path)
      assert.strictEqual(answer.status, 400)
      assert.deepStrictEqual(JSON.parse(answer.body), {
        resourceType: "OperationOutcome",
        issue: [{ severity: "error", code: "business-rule", details: "Invalid FHIR request" }]
      })
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("needs the scope of the type of resource, which the scope of /v1 is not", () =>
    Effect.gen(function* () {
      const path = "/fhir/r4/SubscriptionTopic"
      assert.strictEqual((yield* (yield* signIn)(path)).status, 403)
      assert.strictEqual((yield* (yield* signInWith("system/Patient.read"))(path)).status, 403)
      const answer = yield* (yield* signInWith("system/SubscriptionTopic.read"))(path)
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(answer.headers["Content-Type"], "application/fhir+json")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("counts against the practice that it names, and is told of as a disclosure", () =>
    Effect.gen(function* () {
      const read = yield* signInWith(scope)
      yield* read("/fhir/r4/Patient?ah-practice=Organization/a-1.Practice-195900&gender=male&_count=3")
      const { disclosures, practices } = yield* (yield* Simulator).statistics
      assert.strictEqual(practices["195900"]?.routes["fhirPatientSearch"], 1)
      assert.strictEqual(disclosures[0]?.patientIds.length, 3)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
