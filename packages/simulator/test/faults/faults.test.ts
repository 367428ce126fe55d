import { badAnswers, lostAnswers, misleadingAnswers } from "@athena-engine/simulator/faults/badAnswers"
import type { Fault, FaultPlan, FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { answerTo, everyRow, june, page, signIn } from "../support/asking.ts"

const booked = `/v1/195900/appointments/booked?${june}&showcancelled=true`
const plan = (...rules: ReadonlyArray<FaultRule>): FaultPlan => ({ rules })
const always = (fault: Fault): FaultPlan => plan({ match: { route: "booked" }, fault })

const withFault = (fault: Fault, path = booked) =>
  Effect.gen(function* () {
    const read = yield* signIn
    return yield* read(path)
  }).pipe(Effect.provide(Simulator.layer({ faults: always(fault) })))

describe("a fault rule", () => {
  it.effect("strikes what it matches: practice, route, id, page, start date", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const struck = (match: NonNullable<FaultRule["match"]>, path: string) =>
        Effect.gen(function* () {
          yield* simulator.setFaults(plan({ match, fault: { kind: "status", status: 500 } }))
          return (yield* read(path)).status === 500
        })
      assert.isTrue(yield* struck({ practiceId: "195901" }, "/v1/195901/ping"))
      assert.isFalse(yield* struck({ practiceId: "195901" }, "/v1/195900/ping"))
      assert.isTrue(yield* struck({ route: "patient", id: "30001" }, "/v1/195900/patients/30001"))
      assert.isFalse(yield* struck({ route: "patient", id: "30001" }, "/v1/195900/patients/30002"))
      assert.isFalse(yield* struck({ page: "later" }, booked))
      assert.isTrue(yield* struck({ page: "later" }, `${booked}&offset=100`))
      assert.isTrue(yield* struck({ startDate: "06/01/2019" }, booked))
      yield* simulator.setFaults(noFaults)
      assert.strictEqual((yield* read(booked)).status, 200)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("strikes when it is due: the nth, after some, so many times, by chance that repeats", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const struck = (when: NonNullable<FaultRule["when"]>, seed = 1) =>
        Effect.gen(function* () {
          yield* simulator.setFaults({ seed, rules: [{ when, fault: { kind: "status", status: 503 } }] })
          const answers = yield* Effect.all(Array.from({ length: 40 }, () => read("/v1/195900/ping")))
          return answers.flatMap((answer, i) => (answer.status === 503 ? [i + 1] : []))
        })
      assert.deepStrictEqual(yield* struck({ nth: [2, 5] }), [2, 5])
      assert.deepStrictEqual(yield* struck({ after: 37 }), [38, 39, 40])
      assert.deepStrictEqual(yield* struck({ times: 2 }), [1, 2])
      const chance = yield* struck({ probability: 0.25 })
      assert.isTrue(chance.length > 3 && chance.length < 20)
      assert.deepStrictEqual(yield* struck({ probability: 0.25 }), chance)
      assert.notDeepEqual(yield* struck({ probability: 0.25 }, 2), chance)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("a bad day", () => {
  it.effect("makes the asked share of the answers bad, each kind as often as the others, by its seed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const kinds: ReadonlyArray<Fault> = [500, 502, 504].map((status) => ({ kind: "status", status }))
      const day = (seed: number) =>
        Effect.gen(function* () {
          yield* simulator.setFaults(badAnswers({ share: 0.25, seed, kinds }))
          const answers = yield* Effect.all(Array.from({ length: 2000 }, () => read("/v1/195900/ping")))
          return answers.map(({ status }) => status)
        })
      const statuses = yield* day(1)
      const often = (status: number) => statuses.filter((one) => one === status).length
      assert.approximately(often(200), 1500, 100)
      for (const status of [500, 502, 504]) assert.approximately(often(status), 167, 50)
      assert.deepStrictEqual(yield* day(1), statuses)
      assert.notDeepEqual(yield* day(2), statuses)
      assert.lengthOf(badAnswers({ share: 0.25 }).rules, lostAnswers.length + misleadingAnswers.length)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("faults without an answer of the endpoint", () => {
  it.effect("wait, fixed or within bounds, on the clock", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(withFault({ kind: "latency", milliseconds: 200, upToMilliseconds: 300 }))
      yield* TestClock.adjust("199 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("101 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
    })
  )

  it.effect("answer with statuses as the API, a load balancer or the gateway would", () =>
    Effect.gen(function* () {
      const json = yield* withFault({ kind: "status", status: 503, retryAfter: "2" })
      assert.deepStrictEqual([json.status, json.headers["Retry-After"], json.body.slice(0, 3)], [503, "2", "\n\n{"])
      const html = yield* withFault({ kind: "status", status: 502 })
      assert.strictEqual(html.headers["Content-Type"], "text/html")
      assert.include((yield* withFault({ kind: "status", status: 504, body: "apigee" })).body, `"fault"`)
      assert.strictEqual((yield* withFault({ kind: "status", status: 500, body: "empty" })).body, "")
      const outage = yield* withFault({ kind: "practiceOutage" })
      assert.deepStrictEqual([outage.status, JSON.parse(outage.body).error], [404, "Invalid practice."])
    })
  )

  it.effect("reset or hang, as the surfaces then show", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const request = { method: "GET", path: booked, headers: {}, body: "" }
      yield* simulator.setFaults(always({ kind: "reset" }))
      assert.strictEqual((yield* simulator.handle(request))._tag, "Reset")
      yield* simulator.setFaults(always({ kind: "hang" }))
      assert.strictEqual((yield* simulator.handle(request))._tag, "Hang")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("kill a token before its time, for good, and only that one", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* signIn, yield* signIn]
      assert.strictEqual((yield* one(booked)).status, 401)
      assert.strictEqual((yield* one("/v1/195900/ping")).status, 401)
      assert.strictEqual((yield* other("/v1/195900/ping")).status, 200)
      assert.strictEqual((yield* (yield* Simulator).statistics).tokenRefusals, 2)
    }).pipe(
      Effect.provide(
        Simulator.layer({
          faults: plan({ when: { times: 1 }, match: { route: "booked" }, fault: { kind: "tokenDies" } })
        })
      )
    )
  )
})

describe("faults of an answer", () => {
  it.effect("damage its bytes or its label", () =>
    Effect.gen(function* () {
      const cut = yield* withFault({ kind: "truncate", after: 0.5 })
      assert.throws(() => JSON.parse(cut.body))
      const garbled = yield* withFault({ kind: "malformedJson" })
      assert.throws(() => JSON.parse(garbled.body))
      assert.strictEqual((yield* withFault({ kind: "resetMidBody", after: 0.3 })).breakAfter, 0.3)
      const labelled = yield* withFault({ kind: "contentType", contentType: "text/html" })
      assert.strictEqual(labelled.headers["Content-Type"], "text/html")
      const inside = yield* withFault({ kind: "failureInside" })
      assert.deepStrictEqual([inside.status, JSON.parse(inside.body).success], [200, false])
    })
  )

  it.effect("change the envelope: totals, an empty page with next, a next that stands still, rows repeated", () =>
    Effect.gen(function* () {
      const of = (fault: Fault, path = `${booked}&limit=100`) =>
        Effect.map(withFault(fault, path), (answer) => page(answer))
      assert.isUndefined((yield* of({ kind: "totalCount", as: "missing" })).totalcount)
      assert.strictEqual((yield* of({ kind: "totalCount", as: "text" })).totalcount, "500")
      assert.notStrictEqual((yield* of({ kind: "totalCount", as: "changing" })).totalcount, 500)
      const empty = yield* of({ kind: "emptyPageWithNext" })
      assert.deepStrictEqual([empty.rows.length, typeof empty.next], [0, "string"])
      const stuck = `${booked}&limit=100&offset=100`
      assert.strictEqual((yield* of({ kind: "stuckNext" }, stuck)).next, stuck)
      const repeated = (yield* of({ kind: "repeatRows", rows: 7 })).rows.map((row) => row["appointmentid"])
      assert.deepStrictEqual([repeated.length, new Set(repeated).size], [107, 100])
    })
  )

  it.effect("spoil records, every so many", () =>
    Effect.gen(function* () {
      const { rows } = page(yield* withFault({ kind: "badRecord", field: "date", every: 50 }))
      assert.strictEqual(rows.filter((row) => typeof row["date"] === "object").length, 10)
      const given = page(yield* withFault({ kind: "badRecord", field: "appointmentid", value: null }))
      assert.isTrue(given.rows.every((row) => row["appointmentid"] === null))
    })
  )

  it.effect("plant a marker in every free-text and identifying string, and in error details", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const marker = "MARKER-77"
      yield* (yield* Simulator).setFaults(plan({ fault: { kind: "plantMarker", marker } }))
      const { rows } = page(yield* read(`${booked}&showpatientdetail=true`))
      for (const row of rows) {
        assert.include(row["appointmenttype"], marker)
        assert.notInclude(`${row["appointmentid"]}${row["date"]}${row["lastmodified"]}${row["duration"]}`, marker)
        assert.include((row["patient"] as Record<string, unknown>)["lastname"], marker)
      }
      const [patient] = JSON.parse((yield* read("/v1/195900/patients/30001?showinsurance=true")).body)
      for (const field of ["firstname", "lastname", "guarantorlastname"]) assert.include(patient[field], marker)
      assert.include(patient.insurances[0].insurancepolicyholderssn, marker)
      assert.strictEqual(patient.patientid, "30001")
      assert.include((yield* read("/v1/195900/patients/2")).body, marker)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

describe("faults of the world", () => {
  it.effect("change it before a later page is read", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const read = yield* signIn
      const ids = (yield* everyRow(read, booked)).map((row) => String(row["appointmentid"]))
      const gone = ids.slice(0, 3)
      yield* simulator.setFaults(
        plan({
          match: { page: "later" },
          when: { times: 1 },
          fault: {
            kind: "changeWorld",
            mutations: gone.map((appointmentId) => ({ kind: "free", practiceId: "195900", appointmentId }))
          }
        })
      )
      const seen = (yield* everyRow(read, `${booked}&limit=250`)).map((row) => String(row["appointmentid"]))
      // Three rows before the page's end went, so three that were never shown slipped into the first page.
      assert.deepStrictEqual(
        ids.filter((id) => !seen.includes(id)),
        ids.slice(250, 253)
      )
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("churn rows of the window by the same choice every time", () =>
    Effect.gen(function* () {
      const run = Effect.gen(function* () {
        const read = yield* signIn
        const before = yield* (yield* Simulator).snapshot("195900")
        yield* everyRow(read, `${booked}&limit=100`)
        const after = yield* (yield* Simulator).snapshot("195900")
        const known = new Map(before.appointments.map((a) => [a.appointmentId, a]))
        return {
          added: after.appointments.filter((a) => !known.has(a.appointmentId)).length,
          moved: after.appointments.filter(
            (a) => known.has(a.appointmentId) && known.get(a.appointmentId)?.date !== a.date
          ).length,
          cancelled: after.appointments.filter((a) => a.status === "x" && known.get(a.appointmentId)?.status !== "x")
            .length,
          after
        }
      }).pipe(
        Effect.provide(
          Simulator.layer({
            faults: plan({
              match: { page: "later" },
              when: { times: 4 },
              fault: { kind: "churn", appear: 2, move: 3, vanish: 1 }
            })
          })
        )
      )
      const one = yield* run
      assert.isTrue(one.added >= 8 && one.moved > 5 && one.cancelled >= 4)
      assert.deepStrictEqual((yield* run).after.appointments, one.after.appointments)
    })
  )

  it.effect("are counted by kind, and answers with patient data are listed", () =>
    Effect.gen(function* () {
      const read = yield* signIn
      const list = yield* read(booked)
      yield* read("/v1/195900/patients/30001")
      yield* read("/v1/195900/patients/30001")
      yield* answerTo({ method: "GET", path: "/v1/195900/patients/30001", headers: {}, body: "" })
      const { disclosures, faults } = yield* (yield* Simulator).statistics
      assert.deepStrictEqual(faults, { status: 1 })
      assert.deepStrictEqual(
        disclosures.map((d) => d.route),
        ["booked", "patient"]
      )
      assert.strictEqual(disclosures[0]?.requestId, list.headers["X-Request-Id"])
      assert.isAbove(disclosures[0]?.patientIds.length ?? 0, 200)
    }).pipe(
      Effect.provide(
        Simulator.layer({
          faults: plan({ match: { route: "patient" }, when: { nth: [2] }, fault: { kind: "status", status: 500 } })
        })
      )
    )
  )
})
