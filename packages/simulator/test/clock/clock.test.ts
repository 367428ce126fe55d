import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { answerTo, page, tokenRequest } from "../support/asking.ts"
import { receiving, subscriber } from "../support/subscribing.ts"

/** Signs in; answers a function that asks with that token. */
const signIn = Effect.gen(function* () {
  const token: string = JSON.parse((yield* answerTo(tokenRequest())).body).access_token
  return (path: string, method = "GET") =>
    answerTo({ method, path, headers: { authorization: `Bearer ${token}` }, body: "" })
})

const ping = "/v1/195900/ping"
const feed = "/v1/195900/appointments/changed"

describe("the clock", () => {
  it.effect("expires tokens, gives new ones every minute, and starts the day's quota anew at midnight GMT", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const ask = yield* signIn
      yield* simulator.advance("59 minutes")
      assert.strictEqual((yield* ask(ping)).status, 200)
      yield* simulator.advance("1 minute")
      assert.include((yield* ask(ping)).body, "Access Token expired")
      for (let i = 0; i < 5; i++) assert.strictEqual((yield* answerTo(tokenRequest())).status, 200)
      assert.strictEqual((yield* answerTo(tokenRequest())).status, 429)
      yield* simulator.advance("1 minute")
      const again = yield* signIn
      for (let i = 0; i < 3; i++) yield* again(ping)
      assert.strictEqual((yield* again(ping)).status, 429)
      yield* simulator.setClock({ now: "2026-03-02T23:59:59Z" })
      const atNight = yield* signIn
      assert.strictEqual((yield* atNight(ping)).status, 429)
      yield* simulator.advance("1 second")
      assert.strictEqual((yield* atNight(ping)).status, 200)
    }).pipe(Effect.provide(receiving({}, { limits: { dailyQuota: 5 }, tokenLifetimeSeconds: 3600 }).layer))
  )

  it.effect("lets a subscription to a feed take effect, and lets the feed forget what it showed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const ask = yield* signIn
      assert.strictEqual((yield* ask(feed)).status, 403)
      yield* ask(`${feed}/subscription`, "POST")
      yield* simulator.advance("4 minutes")
      assert.strictEqual((yield* ask(feed)).status, 403)
      yield* simulator.advance("1 minute")
      assert.strictEqual((yield* ask(feed)).status, 200)
      yield* simulator.mutate({ kind: "touch", practiceId: "195900", appointmentId: yield* anybooked })
      assert.strictEqual(page(yield* ask(feed)).rows.length, 1)
      const replay = `${feed}?showprocessedstartdatetime=${encodeURIComponent("03/01/2026 00:00:00")}`
      yield* simulator.advance("6 days")
      assert.strictEqual(page(yield* ask(replay)).rows.length, 1)
      yield* simulator.advance("2 days")
      assert.strictEqual(page(yield* ask(replay)).rows.length, 0)
      yield* simulator.mutate({ kind: "touch", practiceId: "195900", appointmentId: yield* anybooked })
      yield* simulator.advance("31 days")
      assert.strictEqual(page(yield* ask(feed)).rows.length, 0)
    }).pipe(Effect.provide(receiving({}, { subscriptionDelaySeconds: 300, tokenLifetimeSeconds: 86_400 * 60 }).layer))
  )

  it.effect("walks from one due notification to the next, and stamps what happens with the time it shows", () => {
    const { layer, react, received } = receiving()
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Appointment.update" })
      react(() => Effect.succeed(500))
      yield* simulator.setClock({ now: "2026-03-02T13:00:00Z" })
      const appointmentId = yield* anybooked
      yield* simulator.mutate({ kind: "touch", practiceId: "195900", appointmentId })
      yield* simulator.advance("9 seconds")
      assert.strictEqual(received.length, 1)
      yield* simulator.advance("2 seconds")
      assert.strictEqual(received.length, 2)
      assert.deepStrictEqual(yield* simulator.clock, { now: "2026-03-02T13:00:11.000Z", isStopped: true })
      const { appointments } = yield* simulator.snapshot("195900")
      const touched = appointments.find((one) => one.appointmentId === appointmentId)
      assert.strictEqual(touched?.lastModified, "2026-03-02T13:00:00.000Z")
      const refused = yield* Effect.flip(simulator.setClock({ now: "2026-03-02T12:59:59Z" }))
      assert.strictEqual(refused._tag, "ClockRunsForward")
    }).pipe(Effect.provide(layer))
  })

  // More than are sent off in one turn of a fiber, so that somebody else gets one in between.
  it.live("answers when all that was due has been tried, however much it was", () => {
    const { layer, received } = receiving({ mostEvents: 1 })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Appointment.update" })
      for (const times of sized({ short: [500, 3000], long: [5000, 20_000, 12_000, 20_000] })) {
        received.length = 0
        yield* simulator.fireEvent({ practiceId: "195900", topic: "Appointment.update", times })
        yield* simulator.advance("1 second")
        assert.strictEqual(received.length, times)
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("stays at the end of the year 9999, which is the last that stamps can say", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setClock({ now: "9999-12-31T00:00:00Z" })
      for (let i = 0; i < 2; i++) {
        assert.strictEqual((yield* simulator.advance("1000000 days")).now, "9999-12-31T23:59:59.999Z")
      }
    }).pipe(Effect.provide(receiving().layer))
  )

  it.effect("goes on from where it stood", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      assert.deepStrictEqual(yield* simulator.setClock({ isStopped: false }), {
        now: "2026-03-02T12:00:00.000Z",
        isStopped: false
      })
      const stopped = yield* simulator.setClock({ now: "2026-05-01T00:00:00+02:00", isStopped: true })
      assert.deepStrictEqual(stopped, { now: "2026-04-30T22:00:00.000Z", isStopped: true })
    }).pipe(Effect.provide(receiving().layer))
  )
})

const anybooked = Effect.gen(function* () {
  const { appointments } = yield* (yield* Simulator).snapshot("195900")
  return appointments.find(({ status }) => status === "f")?.appointmentId ?? ""
})

describe("the control routes of clock and events", () => {
  it.live("do what the service does, and say what is wrong with garbage", () =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const control = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) =>
        Effect.gen(function* () {
          const request = HttpClientRequest.make(method)(`${SimulatorHttpClient.origin}/simulator/${path}`)
          const response = yield* client.execute(
            body === undefined ? request : HttpClientRequest.bodyText(request, JSON.stringify(body))
          )
          return { status: response.status, json: JSON.parse(yield* response.text) }
        })
      for (const tooFar of [{ days: 1e12 }, { hours: Number.MAX_SAFE_INTEGER }, { days: 36_525, milliseconds: 1 }]) {
        const { json, status } = yield* control("POST", "clock/advance", tooFar)
        assert.strictEqual(status, 400)
        assert.include(json.error, "36525 days")
      }
      assert.strictEqual((yield* control("PUT", "clock", { now: "+275760-09-13T00:00:00Z" })).status, 400)
      assert.strictEqual((yield* control("GET", "clock")).json.now, "2030-01-01T00:00:00.000Z")
      const topics = (yield* control("GET", "topics")).json.topics
      assert.strictEqual(topics.length, 62)
      assert.deepInclude(topics, { topic: "Appointment.check-in", focus: "identifier", firedBy: ["checkIn"] })
      assert.deepInclude(topics, { topic: "Order.deny", focus: "identifier", firedBy: [] })
      assert.deepInclude(topics, { topic: "Patient.merge", focus: "both", firedBy: ["mergePatients"] })
      const plan = { mostEvents: 2, rules: [{ fault: { kind: "unreachable" } }] }
      assert.deepStrictEqual((yield* control("PUT", "notifications/plan", plan)).json, plan)
      assert.deepStrictEqual((yield* control("GET", "notifications/plan")).json, plan)
      const { subscribe } = yield* subscriber
      const subscriptionId = yield* subscribe({ topic: "Order.deny" })
      const fired = yield* control("POST", "events", { practiceId: "195900", topic: "Order.deny", times: 3 })
      assert.strictEqual(fired.json.eventIds.length, 3)
      assert.strictEqual(fired.json.subscriptions, 1)
      assert.strictEqual((yield* control("POST", "clock/advance", { hours: 2 })).json.now, "2030-01-01T02:00:00.000Z")
      const dead = (yield* control("GET", "notifications?state=dead")).json.notifications
      assert.strictEqual(dead.length, 2)
      assert.isUndefined(dead[0].body)
      assert.include((yield* control("GET", "notifications?body=true")).json.notifications[0].body, "AuditEvent")
      assert.strictEqual((yield* control("GET", "notifications?topic=Order.submit")).json.notifications.length, 0)
      assert.deepStrictEqual((yield* control("DELETE", "notifications/plan")).json, {})
      assert.deepStrictEqual((yield* control("POST", "notifications/redeliver")).json, { redelivered: 2 })
      const signal = { subscriptionId, type: "handshake" }
      assert.deepStrictEqual((yield* control("POST", "notifications/signal", signal)).json, signal)
      for (const [method, path, body, status] of [
        ["PUT", "clock", { now: "2029-01-01T00:00:00Z" }, 409],
        ["PUT", "clock", { now: "tomorrow" }, 400],
        ["POST", "clock/advance", { fortnights: 1 }, 400],
        ["POST", "events", { practiceId: "195900", topic: "Appointment.create" }, 400],
        ["POST", "events", { practiceId: "7", topic: "Order.deny" }, 404],
        ["POST", "notifications/signal", { subscriptionId: "nobody", type: "heartbeat" }, 404],
        ["PUT", "notifications/plan", { rules: [{ fault: { kind: "earthquake" } }] }, 400]
      ] as const) {
        const refused = yield* control(method, path, body)
        assert.strictEqual(refused.status, status, path)
        assert.isString(refused.json.error)
      }
    }).pipe(Effect.provide(SimulatorTest.layerMemory({ startsAt: "2030-01-01T00:00:00Z", isClockStopped: true })))
  )
})
