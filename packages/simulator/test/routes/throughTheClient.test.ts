/** What the client makes of what the simulator says: both are written apart, from the same recordings. */

import { layer as athenaClient } from "@athena-engine/athena-core/AthenaClient"
import { type AccessOutcome, AuditTrail, type AuditTrailUnavailable } from "@athena-engine/athena-core/audit/AuditTrail"
import type { ChartQuery } from "@athena-engine/athena-core/endpoints/chart/ChartQuery"
import { ListAllergies } from "@athena-engine/athena-core/endpoints/chart/ListAllergies"
import { ListEncounters } from "@athena-engine/athena-core/endpoints/chart/ListEncounters"
import { ListLabResults } from "@athena-engine/athena-core/endpoints/chart/ListLabResults"
import { ListMedications } from "@athena-engine/athena-core/endpoints/chart/ListMedications"
import { ListProblems } from "@athena-engine/athena-core/endpoints/chart/ListProblems"
import { ListVaccines } from "@athena-engine/athena-core/endpoints/chart/ListVaccines"
import { ListVitals } from "@athena-engine/athena-core/endpoints/chart/ListVitals"
import { ChangedClaims, ChangedClaimsSubscription } from "@athena-engine/athena-core/endpoints/claims/ChangedClaims"
import { GetClaim } from "@athena-engine/athena-core/endpoints/claims/GetClaim"
import { ListClaims } from "@athena-engine/athena-core/endpoints/claims/ListClaims"
import {
  ChangedLabResults,
  ChangedLabResultsSubscription
} from "@athena-engine/athena-core/endpoints/documents/ChangedLabResults"
import { ChangedOrders, ChangedOrdersSubscription } from "@athena-engine/athena-core/endpoints/documents/ChangedOrders"
import {
  ChangedPatientCases,
  ChangedPatientCasesSubscription
} from "@athena-engine/athena-core/endpoints/documents/ChangedPatientCases"
import {
  ChangedPrescriptions,
  ChangedPrescriptionsSubscription
} from "@athena-engine/athena-core/endpoints/documents/ChangedPrescriptions"
import type { FeedEndpoint } from "@athena-engine/athena-core/endpoints/feed"
import type { FeedSubscription } from "@athena-engine/athena-core/endpoints/feedSubscription"
import { ListPatientInsurances } from "@athena-engine/athena-core/endpoints/insurances/ListPatientInsurances"
import type { ListEndpoint, ListQuery } from "@athena-engine/athena-core/endpoints/list"
import {
  ChangedPatients,
  ChangedPatientsSubscription
} from "@athena-engine/athena-core/endpoints/patients/ChangedPatients"
import { CreatePatient } from "@athena-engine/athena-core/endpoints/patients/CreatePatient"
import { FindMatchingPatients } from "@athena-engine/athena-core/endpoints/patients/FindMatchingPatients"
import { SearchPatients } from "@athena-engine/athena-core/endpoints/patients/SearchPatients"
import { UpdatePatient } from "@athena-engine/athena-core/endpoints/patients/UpdatePatient"
import {
  ChangedProviders,
  ChangedProvidersSubscription
} from "@athena-engine/athena-core/endpoints/practice/ChangedProviders"
import type { AthenaError } from "@athena-engine/athena-core/errors/AthenaError"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"

type Failure = AthenaError | AuditTrailUnavailable

/** Keeps the outcomes of this test's calls. */
const trailOf = (outcomes: Array<AccessOutcome>) =>
  Layer.succeed(
    AuditTrail,
    AuditTrail.of({
      access: (_intent, effect, outcomeOf) =>
        Effect.onExit(effect, (exit) => Effect.sync(() => outcomes.push(outcomeOf(exit))))
    })
  )

const client = (options: SimulatorOptions, outcomes: Array<AccessOutcome> = []) =>
  athenaClient({
    connection: {
      environment: "simulator",
      origin: SimulatorHttpClient.origin,
      credentials: { clientId: "simulator", clientSecret: Redacted.make("simulator-secret") },
      scope: "athena/service/Athenanet.MDP.*"
    },
    budget: {
      requestsPerSecond: 900,
      appRequestsPerSecond: 900,
      startRequestsPerSecond: 900,
      maxConcurrency: 8,
      maxWait: Duration.seconds(60)
    }
  }).pipe(Layer.provideMerge(SimulatorTest.layerMemory(options)), Layer.merge(trailOf(outcomes)))

const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("20 minutes")
    return yield* Fiber.join(fiber)
  })

const departmentId = DepartmentId.make("1")
const patientIds = Array.from({ length: 12 }, (_, n) => PatientId.make(String(30_001 + n)))

describe.each(["195900", "195901", "195902"])("practice %s", (id) => {
  const practiceId = PracticeId.make(id)

  it.effect("fits every schema of its patients' data, and names each patient in the trail", () => {
    const outcomes: Array<AccessOutcome> = []
    return Effect.gen(function* () {
      const lists: ReadonlyArray<ListEndpoint<ChartQuery, unknown, Failure, Athena | AuditTrail>> = [
        ListPatientInsurances,
        ListProblems,
        ListMedications,
        ListAllergies,
        ListVaccines,
        ListVitals,
        ListEncounters,
        ListLabResults
      ]
      for (const list of lists) {
        let received = 0
        for (const patientId of patientIds) {
          const page = yield* run(list.page({ practiceId, patientId, departmentId }, 0))
          assert.deepStrictEqual(
            page.misfits.map(({ reason }) => reason),
            [],
            list.description.name
          )
          received += page.received
          assert.deepStrictEqual(outcomes.at(-1)?.patientIds, [patientId])
        }
        assert.isAbove(received, 0, list.description.name)
      }
      const found = yield* run(SearchPatients.page({ practiceId, status: "inactive" }, 0))
      assert.isAbove(found.records.length, 0)
      const claims = yield* run(ListClaims.page({ practiceId }, 0))
      assert.deepStrictEqual([claims.misfits.length, claims.received > 0], [0, true])
      const claimId = claims.records[0]?.claimId
      if (claimId !== undefined) {
        assert.deepStrictEqual((yield* run(GetClaim.read({ practiceId, claimId }))).claimId, claimId)
      }
    }).pipe(Effect.provide(client({}, outcomes)))
  })
})

describe("a patient", () => {
  const practiceId = PracticeId.make("195900")
  const person = { firstName: "Testus", lastName: "Newcomer", birthDate: LocalDate.make("1999-01-02"), zip: "02139" }

  it.effect("is registered though the answer is lost, found, changed, and told of by the feed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* run(ChangedPatientsSubscription.subscribe({ practiceId }))
      yield* simulator.setFaults({
        rules: [{ match: { route: "createPatient" }, fault: { kind: "resetMidBody", after: 0.5 } }]
      })
      const settled = yield* run(CreatePatient.settle({ practiceId, departmentId, patient: Redacted.make(person) }))
      const patientId = settled._tag === "Happened" ? settled.value : PatientId.make("0")
      assert.strictEqual(settled._tag, "Happened")
      const [match] = (yield* run(FindMatchingPatients.page({ practiceId, criteria: Redacted.make(person) }, 0)))
        .records
      assert.deepStrictEqual([match?.patientId, match?.score], [patientId, 23])
      const changes = Redacted.make({ email: "testus@example.com" })
      assert.strictEqual((yield* run(UpdatePatient.write({ practiceId, patientId, changes })))._tag, "Written")
      const { records } = yield* run(ChangedPatients.consume({ practiceId }))
      assert.deepStrictEqual(
        records.map((record) => record.patientId),
        [patientId, patientId]
      )
      assert.strictEqual((yield* run(ChangedPatients.consume({ practiceId }))).received, 0)
    }).pipe(Effect.provide(client({})))
  )

  it.effect("who was seen leaves a claim, a lab result, an order and a prescription, and one who cancels a case", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const feeds: ReadonlyArray<
        readonly [FeedEndpoint<ListQuery, unknown, Failure, Athena | AuditTrail>, FeedSubscription, number]
      > = [
        [ChangedClaims, ChangedClaimsSubscription, 1],
        [ChangedLabResults, ChangedLabResultsSubscription, 1],
        [ChangedOrders, ChangedOrdersSubscription, 1],
        [ChangedPrescriptions, ChangedPrescriptionsSubscription, 2],
        [ChangedPatientCases, ChangedPatientCasesSubscription, 1],
        [ChangedProviders, ChangedProvidersSubscription, 0]
      ]
      for (const [, subscription] of feeds) yield* run(subscription.subscribe({ practiceId }))
      const { appointments } = yield* simulator.snapshot("195900")
      const [one, other] = appointments.filter(({ status }) => status === "f")
      for (const kind of ["checkIn", "checkOut"] as const) {
        yield* simulator.mutate({ kind, practiceId, appointmentId: one?.appointmentId ?? "" })
      }
      yield* simulator.mutate({ kind: "cancel", practiceId, appointmentId: other?.appointmentId ?? "" })
      for (const [feed, subscription, howMany] of feeds) {
        assert.strictEqual((yield* run(subscription.read(practiceId))).status, "active")
        const changes = yield* run(feed.consume({ practiceId }))
        assert.deepStrictEqual([changes.records.length, changes.misfits.length], [howMany, 0], feed.description.name)
      }
    }).pipe(Effect.provide(client({})))
  )
})
