import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { Persistence } from "effect/persistence"
import { TestClock } from "effect/testing"
import { cachedPatientList, cachedPatientRecord } from "../../src/cache/cachedPatientData.ts"
import { SealedStore } from "../../src/cache/SealedStore.ts"
import type { EncryptionKey, Keyring } from "../../src/encryption/Keyring.ts"
import { ListBookedAppointments } from "../../src/endpoints/appointments/ListBookedAppointments.ts"
import { GetPatient } from "../../src/endpoints/patients/GetPatient.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { reveal } from "../../src/phi/reveal.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { type RecordingTrail, recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

/** Unlike any text that the code has a reason to write. */
const marker = "Zq9wyvern"

const practiceId = PracticeId.make("195900")
const patientId = PatientId.make("40017")
const day = LocalDate.make("2019-06-03")
const timeToLive = Duration.minutes(5)

const key = (name: string, fill: number): EncryptionKey => ({
  name,
  bytes: Redacted.make(new Uint8Array(32).fill(fill))
})
const keyring: Keyring = [key("2026", 2)]

const patient = { patientid: "40017", firstname: marker, ssn: marker, status: "active" }
const appointment = {
  appointmentid: "9001",
  patientid: "40017",
  departmentid: "1",
  date: "06/03/2019",
  starttime: "10:00",
  duration: "15",
  appointmentstatus: "f",
  note: marker
}
const answers = ({ path }: Sent): Answer =>
  path.endsWith("/booked") ? { body: { totalcount: 1, appointments: [appointment] } } : { body: [patient] }

/** A persistence whose entries a test may read and spoil. */
const watchedPersistence = () => {
  const entries = new Map<string, { readonly value: object; readonly until: number }>()
  let isDown = false
  const unlessDown = <A>(effect: Effect.Effect<A>) =>
    Effect.suspend(() =>
      isDown ? Effect.fail(new Persistence.PersistenceError({ message: "down", cause: undefined })) : effect
    )
  const get = (key: string) =>
    unlessDown(
      Effect.map(
        Effect.clockWith((clock) => clock.currentTimeMillis),
        (now) => {
          const entry = entries.get(key)
          return entry === undefined || entry.until <= now ? undefined : entry.value
        }
      )
    )
  const set = (key: string, value: object, ttl: Duration.Duration | undefined) =>
    unlessDown(
      Effect.map(
        Effect.clockWith((clock) => clock.currentTimeMillis),
        (now) => {
          entries.set(key, { value, until: now + Duration.toMillis(ttl ?? Duration.infinity) })
        }
      )
    )
  const layer = Layer.succeed(Persistence.BackingPersistence, {
    make: () =>
      Effect.succeed({
        get,
        getMany: (keys) => Effect.forEach(keys, get),
        set,
        setMany: (all) => Effect.forEach(all, ([key, value, ttl]) => set(key, value, ttl), { discard: true }),
        remove: (key) => unlessDown(Effect.sync(() => entries.delete(key))),
        clear: unlessDown(Effect.sync(() => entries.clear()))
      })
  })
  return {
    entries,
    layer,
    goDown: () => {
      isDown = true
    }
  }
}

const world = (options: { readonly trail?: RecordingTrail; readonly api?: (sent: Sent) => Answer } = {}) => {
  const server = stubServer({ api: options.api ?? answers })
  const trail = options.trail ?? recordingTrail()
  const persistence = watchedPersistence()
  const withKeys = (keys: Keyring) =>
    SealedStore.layer({ keyring: keys, environment: "sandbox" }).pipe(Layer.provide(persistence.layer))
  const services = Layer.mergeAll(athenaOn(server), trail.layer)
  return { server, trail, persistence, withKeys, services: Layer.merge(services, withKeys(keyring)), callers: services }
}

const patients = cachedPatientRecord(GetPatient, { timeToLive })
const appointments = cachedPatientList(ListBookedAppointments, { timeToLive })
const readPatient = patients.read({ practiceId, patientId })
const booked = { practiceId, from: day, to: day }

/** Lets the clock run until the effect has ended; encryption takes promises, which a test clock does not wait for. */
const settle = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("10 millis")
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Fiber.join(fiber)
  })

describe("a cache of patient data", () => {
  it.effect("answers from what it kept for as long as it may, with the same record", () => {
    const { server, services } = world()
    return Effect.gen(function* () {
      const first = yield* settle(readPatient)
      const again = yield* settle(readPatient)
      assert.strictEqual(server.requests.length, 1)
      assert.deepStrictEqual(reveal(again.identity, "integration"), reveal(first.identity, "integration"))
      assert.deepStrictEqual(reveal(again.raw, "integration"), reveal(first.raw, "integration"))
      yield* TestClock.adjust(Duration.sum(timeToLive, Duration.seconds(1)))
      yield* settle(readPatient)
      assert.strictEqual(server.requests.length, 2)
    }).pipe(Effect.provide(services))
  })

  it.effect("keeps whole lists, pages and all", () => {
    const { server, services } = world({
      api: ({ query }) => ({
        body:
          query["offset"] === "1"
            ? { totalcount: 2, appointments: [{ ...appointment, appointmentid: "9002" }] }
            : { totalcount: 2, next: "/v1/195900/appointments/booked?offset=1", appointments: [appointment] }
      })
    })
    return Effect.gen(function* () {
      const first = yield* settle(appointments.records(booked))
      assert.strictEqual(server.requests.length, 2)
      const again = yield* settle(appointments.records(booked))
      assert.strictEqual(server.requests.length, 2)
      assert.deepStrictEqual(
        again.map((one) => one.appointmentId),
        first.map((one) => one.appointmentId)
      )
      assert.strictEqual(again.length, 2)
    }).pipe(Effect.provide(services))
  })

  it.effect("records an answer from the cache as an access to the patient's data", () => {
    const { services, trail } = world()
    return Effect.gen(function* () {
      yield* settle(readPatient)
      yield* settle(readPatient)
      yield* settle(appointments.records(booked))
      yield* settle(appointments.records(booked))
      assert.deepStrictEqual(
        trail.intents().map(({ action, parameters }) => [action, parameters["read-from"]]),
        [
          ["R", undefined],
          ["R", "cache"],
          ["E", undefined],
          ["E", "cache"]
        ]
      )
      for (const { attempts, outcome, patientIds, records } of trail.outcomes().filter((_, at) => at % 2 === 1)) {
        assert.deepStrictEqual(
          { attempts, outcome, patientIds, records },
          {
            attempts: 0,
            outcome: "success",
            patientIds: [patientId],
            records: 1
          }
        )
      }
    }).pipe(Effect.provide(services))
  })

  it.effect("hands nothing over when the trail cannot be written, kept or not", () =>
    Effect.gen(function* () {
      const { callers, persistence, server, withKeys } = world()
      yield* settle(Effect.provide(readPatient, Layer.merge(callers, withKeys(keyring))))
      assert.strictEqual(persistence.entries.size, 1)
      for (const step of ["intent", "outcome"] as const) {
        const broken = Layer.mergeAll(callers, recordingTrail({ broken: step }).layer, withKeys(keyring))
        const error = yield* settle(Effect.flip(Effect.provide(readPatient, broken)))
        assert.strictEqual(error._tag, "AuditTrailUnavailable")
      }
      assert.strictEqual(server.requests.length, 1)
    })
  )

  it.effect("keeps neither the data nor the question in any readable form", () => {
    const { persistence, services } = world()
    return Effect.gen(function* () {
      yield* settle(readPatient)
      yield* settle(appointments.records(booked))
      assert.strictEqual(persistence.entries.size, 2)
      const kept = JSON.stringify([...persistence.entries])
      const bytes = [...persistence.entries.values()].map(({ value }) =>
        Buffer.from((value as { sealed: string }).sealed, "base64").toString("latin1")
      )
      for (const text of [kept, ...bytes]) {
        for (const secret of [marker, "40017", "9001", "195900", "booked"]) assert.notInclude(text, secret)
      }
    }).pipe(Effect.provide(services))
  })

  it.effect("reads what an older key sealed, and asks athenahealth for what no key opens", () => {
    const { callers, server, withKeys } = world()
    const read = (keys: Keyring) => settle(Effect.provide(readPatient, Layer.merge(callers, withKeys(keys))))
    return Effect.gen(function* () {
      yield* read([key("2026", 2)])
      yield* read([key("2027", 3), key("2026", 2)])
      assert.strictEqual(server.requests.length, 1)
      yield* read([key("2027", 3)])
      assert.strictEqual(server.requests.length, 2)
    })
  })

  it.effect("asks athenahealth for what was spoiled, and while the store is away", () => {
    const { persistence, server, services } = world()
    return Effect.gen(function* () {
      yield* settle(readPatient)
      for (const [name, entry] of persistence.entries) {
        persistence.entries.set(name, { ...entry, value: { sealed: Buffer.from("spoiled").toString("base64") } })
      }
      yield* settle(readPatient)
      assert.strictEqual(server.requests.length, 2)
      persistence.goDown()
      yield* settle(readPatient)
      assert.strictEqual(server.requests.length, 3)
      assert.strictEqual((yield* Effect.flip(patients.forget({ practiceId, patientId })))._tag, "PersistenceError")
    }).pipe(Effect.provide(services))
  })

  it.effect("forgets what it is told to, and keeps no list of which a row did not fit", () => {
    const { server, services } = world({
      api: (sent) =>
        sent.path.endsWith("/booked")
          ? { body: { totalcount: 2, appointments: [appointment, { ...appointment, appointmentid: null }] } }
          : answers(sent)
    })
    return Effect.gen(function* () {
      yield* settle(readPatient)
      yield* patients.forget({ practiceId, patientId })
      yield* settle(readPatient)
      assert.strictEqual(server.requests.length, 2)
      yield* settle(appointments.records(booked))
      yield* settle(appointments.records(booked))
      assert.strictEqual(server.requests.length, 4)
    }).pipe(Effect.provide(services))
  })
})
