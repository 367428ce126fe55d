import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Layer, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { CreateFhirSubscription } from "../../../src/endpoints/fhir/CreateFhirSubscription.ts"
import { DeleteFhirSubscription } from "../../../src/endpoints/fhir/DeleteFhirSubscription.ts"
import { GetFhirCondition } from "../../../src/endpoints/fhir/GetFhirCondition.ts"
import { GetFhirEncounter } from "../../../src/endpoints/fhir/GetFhirEncounter.ts"
import { GetFhirImmunization } from "../../../src/endpoints/fhir/GetFhirImmunization.ts"
import { GetFhirOrganization } from "../../../src/endpoints/fhir/GetFhirOrganization.ts"
import { GetFhirPatient } from "../../../src/endpoints/fhir/GetFhirPatient.ts"
import { GetFhirPractitioner } from "../../../src/endpoints/fhir/GetFhirPractitioner.ts"
import { GetFhirSubscription } from "../../../src/endpoints/fhir/GetFhirSubscription.ts"
import { GetFhirSubscriptionTopic } from "../../../src/endpoints/fhir/GetFhirSubscriptionTopic.ts"
import { ListFhirSubscriptions } from "../../../src/endpoints/fhir/ListFhirSubscriptions.ts"
import { ListFhirSubscriptionTopics } from "../../../src/endpoints/fhir/ListFhirSubscriptionTopics.ts"
import { PatientId } from "../../../src/ids/PatientId.ts"
import { PracticeId } from "../../../src/ids/PracticeId.ts"
import { athenaOn } from "../../support/athenaLayer.ts"
import { recordingTrail } from "../../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const patientId = PatientId.make("7")
const marker = "Zquuxwyvern"

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

const subject = { reference: "Patient/a-195900.E-7" }

describe("a resource by id", () => {
  it.effect("is a patient by the id of /v1", () => {
    const body = { resourceType: "Patient", id: "a-195900.E-7", name: [{ family: marker }] }
    const { layer, server, trail } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const found = yield* run(GetFhirPatient.read({ practiceId, patientId }))
      assert.strictEqual(found.patientId, "7")
      assert.strictEqual(Redacted.value(found.identity).names[0]?.family, marker)
      assert.notInclude(inspect(found, { depth: 20 }), marker)
      assert.strictEqual(server.requests[0]?.path, "/fhir/r4/Patient/a-195900.E-7")
      assert.deepInclude(trail.intents()[0], {
        action: "R",
        endpoint: "GET /fhir/r4/Patient/{logicalid}",
        patientIds: [patientId]
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect("is a clinical one, which names its patient to the trail", () => {
    const encounter = {
      resourceType: "Encounter",
      id: "a-195900.encounter-35840",
      status: "finished",
      subject,
      period: { start: "2019-06-03T13:15:00Z" }
    }
    const { layer, server, trail } = setUp(() => ({ body: encounter }))
    return Effect.gen(function* () {
      const id = { practiceId, kind: "encounter", localId: "35840" }
      const found = yield* run(GetFhirEncounter.read({ practiceId, id }))
      assert.deepInclude(found, { id, patientId, status: "finished", endedAt: undefined })
      assert.strictEqual(server.requests[0]?.path, "/fhir/r4/Encounter/a-195900.encounter-35840")
      assert.strictEqual(trail.outcomes()[0]?.patientIds.join(), "7")
    }).pipe(Effect.provide(layer))
  })

  it.effect("takes a day for no instant, and keeps the resource all the same", () => {
    const period = { start: "2019-06-03", end: "2019-06-03T13:15:00" }
    const body = { resourceType: "Encounter", id: "a-195900.encounter-35840", subject, period }
    const { layer } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const id = { practiceId, kind: "encounter", localId: "35840" }
      const found = yield* run(GetFhirEncounter.read({ practiceId, id }))
      assert.deepInclude(found, { startedAt: undefined, endedAt: undefined })
    }).pipe(Effect.provide(layer))
  })

  it.effect("is a provider or an organization, of whom no trail is needed, if it is the practice's own", () => {
    const { layer, server, trail } = setUp(({ path }) => ({
      body: path.includes("Practitioner")
        ? {
            resourceType: "Practitioner",
            id: "a-195900.Provider-71",
            active: true,
            name: [{ family: "Bricker", given: ["Adam"] }],
            identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: "1234567890" }]
          }
        : {
            resourceType: "Organization",
            id: path.includes("Practice-") ? "a-1.Practice-195900" : "a-195901.Department-21",
            name: "A practice",
            partOf: { reference: "Organization/a-1.Practice-195900" }
          }
    }))
    const practice = { practiceId, kind: "Practice", localId: "195900" }
    return Effect.gen(function* () {
      const id = { practiceId, kind: "Provider", localId: "71" }
      const provider = yield* run(GetFhirPractitioner.read({ practiceId, id }))
      assert.strictEqual(provider.providerId, "71")
      assert.deepInclude(provider, {
        isActive: true,
        names: [{ family: "Bricker", given: ["Adam"] }]
      })
      const organization = yield* run(GetFhirOrganization.read({ practiceId, id: practice }))
      assert.deepInclude(organization, { id: practice, name: "A practice", partOf: practice })
      assert.deepStrictEqual(
        server.requests.map(({ path }) => path),
        ["/fhir/r4/Practitioner/a-195900.Provider-71", "/fhir/r4/Organization/a-1.Practice-195900"]
      )
      const department = { practiceId, kind: "Department", localId: "21" }
      const foreign = yield* Effect.flip(run(GetFhirOrganization.read({ practiceId, id: department })))
      assert.strictEqual(foreign._tag, "RecordMisfit")
      assert.strictEqual(trail.intents().length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("names its patient in the element that its type has for it", () => {
    const { layer } = setUp(({ path }) => ({
      body: path.includes("Immunization")
        ? { resourceType: "Immunization", id: "a-195900.Vaccine-1", patient: subject, subject: { reference: "x" } }
        : { resourceType: "Condition", id: "a-195900.Problem-1", subject: { reference: "Patient/a-195901.E-8" } }
    }))
    return Effect.gen(function* () {
      const id = { practiceId, kind: "Vaccine", localId: "1" }
      assert.strictEqual((yield* run(GetFhirImmunization.read({ practiceId, id }))).patientId, "7")
      assert.isUndefined((yield* run(GetFhirCondition.read({ practiceId, id }))).patientId)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, object, RegExp]>([
    ["another practice's", { resourceType: "Patient", id: "a-195901.E-7" }, /practice that was asked/],
    ["of another type", { resourceType: "Practitioner", id: "a-195900.E-7" }, /resourceType/],
    ["by its id no patient", { resourceType: "Patient", id: "a-195900.Provider-7" }, /a patient's logical id such as/],
    ["changed at no instant", { resourceType: "Patient", id: "a-195900.E-7", meta: { lastUpdated: "2019" } }, /offset/],
    ["without a logical id", { resourceType: "Patient", id: "7" }, /a logical id such as/]
  ])("that is %s does not fit", ([, body, expected]) => {
    const { layer } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(GetFhirPatient.read({ practiceId, patientId })))
      assert.strictEqual(error._tag, "RecordMisfit")
      assert.match(error.message, expected)
    }).pipe(Effect.provide(layer))
  })

  it.effect("that the server says it does not know is not found", () => {
    const { layer } = setUp(() => ({ status: 404, body: { resourceType: "OperationOutcome", issue: [] } }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(GetFhirPatient.read({ practiceId, patientId })))
      assert.strictEqual(error._tag === "AthenaError" && error.reason._tag, "RecordNotFound")
    }).pipe(Effect.provide(layer))
  })
})

describe("subscriptions", () => {
  const created = {
    resourceType: "Subscription",
    id: "5b1c0f9e-6f7a-4c0e-9d56-0d3d7f6f1a11",
    status: "active",
    end: "2030-12-31T12:00:00Z",
    criteria: "https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/Patient.update",
    _criteria: {
      extension: [
        {
          url: "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria",
          valueString: "ah-practice=Organization/a-1.Practice-195900"
        }
      ]
    },
    channel: { type: "rest-hook", endpoint: "https://receiver.test/webhooks" }
  }
  const secret = "Xq7hubsecret"
  const request = {
    practiceId,
    topic: "Patient.update",
    endpoint: "https://receiver.test/webhooks",
    endsAt: DateTime.makeUnsafe("2030-12-31T12:00:00Z"),
    reason: "Sync",
    secret: Redacted.make(secret)
  }

  it.effect("are created with their secret in a header, for one topic of one practice, without any audit trail", () => {
    const { layer, server, trail } = setUp(() => ({ status: 201, body: created }))
    return Effect.gen(function* () {
      const outcome = yield* run(CreateFhirSubscription.create(request))
      assert.deepInclude(outcome._tag === "Written" ? outcome.value : {}, {
        subscriptionId: created.id,
        topic: "Patient.update",
        practiceId,
        endpoint: request.endpoint,
        status: "active"
      })
      const [sent] = server.requests
      assert.deepInclude(sent, { method: "POST", path: "/fhir/r4/Subscription" })
      assert.strictEqual(sent?.headers["x-hub-secret"], secret)
      assert.deepStrictEqual(sent?.json, {
        resourceType: "Subscription",
        meta: {
          profile: ["http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription"]
        },
        status: "requested",
        end: "2030-12-31T12:00:00.000Z",
        reason: "Sync",
        criteria: "https://athena.test/fhir/r4/SubscriptionTopic/Patient.update",
        _criteria: created._criteria,
        channel: {
          type: "rest-hook",
          endpoint: request.endpoint,
          payload: "application/fhir+json",
          _payload: {
            extension: [
              {
                url: "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content",
                valueCode: "id-only"
              }
            ]
          }
        }
      })
      assert.deepStrictEqual(trail.recorded, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("are not created twice when the answer is lost: it is not known whether they are", () => {
    const { layer, server } = setUp(() => "reset")
    return Effect.gen(function* () {
      const outcome = yield* run(CreateFhirSubscription.create(request))
      assert.deepInclude(outcome, { _tag: "OutcomeUnknown", endpoint: "POST /fhir/r4/Subscription", practiceId })
      assert.notInclude(inspect(outcome, { depth: 20 }), secret)
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("are listed, each with the practice that it is of, and read by id", () => {
    const other = {
      ...created,
      id: "x1",
      _criteria: { extension: [{ valueString: "ah-practice=a-1.Practice-195901" }] }
    }
    const { layer, server } = setUp(({ path }) => ({
      body: path.endsWith("/Subscription")
        ? { resourceType: "Bundle", total: 2, entry: [{ resource: created }, { resource: other }] }
        : created
    }))
    return Effect.gen(function* () {
      const listed = yield* run(Stream.runCollect(ListFhirSubscriptions.records({ practiceId })))
      assert.deepStrictEqual(
        listed.map((subscription) => subscription.practiceId as string | undefined),
        ["195900", "195901"]
      )
      assert.strictEqual(server.requests[0]?.search, "")
      const one = yield* run(GetFhirSubscription.read({ practiceId, subscriptionId: created.id }))
      assert.strictEqual(one.subscriptionId, created.id)
    }).pipe(Effect.provide(layer))
  })

  const notFound: Answer = { status: 404, body: { resourceType: "OperationOutcome", issue: [] } }

  it.effect("are deleted, and count as deleted if an attempt whose answer was lost did it", () => {
    const { layer, server } = setUp(({ index }) => [{ status: 204 }, "reset" as const, notFound][index] ?? notFound)
    return Effect.gen(function* () {
      const remove = DeleteFhirSubscription.remove({ practiceId, subscriptionId: created.id })
      yield* run(remove)
      yield* run(remove)
      assert.strictEqual(server.requests.length, 3)
      const error = yield* run(Effect.flip(remove))
      assert.strictEqual(error.reason._tag, "RecordNotFound")
    }).pipe(Effect.provide(layer))
  })

  it.effect("have topics", () => {
    const topic = {
      resourceType: "SubscriptionTopic",
      id: "Patient.create",
      description: "A new one",
      status: "active"
    }
    const { layer, server } = setUp(({ path }) => ({
      body: path.endsWith("Topic") ? { resourceType: "Bundle", entry: [{ resource: topic }] } : topic
    }))
    return Effect.gen(function* () {
      const listed = yield* run(Stream.runCollect(ListFhirSubscriptionTopics.records({ practiceId })))
      assert.deepInclude(listed[0], { topic: "Patient.create", description: "A new one", status: "active" })
      const one = yield* run(GetFhirSubscriptionTopic.read({ practiceId, topic: "Patient.create" }))
      assert.strictEqual(one.topic, "Patient.create")
      assert.strictEqual(server.requests[1]?.path, "/fhir/r4/SubscriptionTopic/Patient.create")
    }).pipe(Effect.provide(layer))
  })
})
