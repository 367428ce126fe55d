import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  ChangedAppointments,
  ChangedAppointmentsSubscription
} from "../../src/endpoints/appointments/ChangedAppointments.ts"
import { ChangedProviders } from "../../src/endpoints/practice/ChangedProviders.ts"
import { DepartmentId } from "../../src/ids/DepartmentId.ts"
import { PatientId } from "../../src/ids/PatientId.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { replayParameters } from "../../src/time/replayParameters.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const query = { practiceId, limit: 2 }

const row = (id: number) => ({
  appointmentid: String(id),
  appointmentstatus: id % 5 === 0 ? "o" : "f",
  date: "06/03/2019",
  starttime: "09:15",
  departmentid: "1",
  ...(id % 5 === 0 ? {} : { patientid: String(1000 + id), lastmodified: "05/30/2019 11:02:33" })
})

/** A feed that `waiting` changes are in, and that forgets what it has sent. */
const feedOf = (waiting: number) => {
  const pending = Array.from({ length: waiting }, (_, index) => row(index + 1))
  const taken: Array<object> = []
  const answer = (sent: Sent): Answer => {
    const isReplay = sent.query["showprocessedstartdatetime"] !== undefined
    const from = isReplay ? taken : pending
    const offset = Number(sent.query["offset"] ?? 0)
    const page = from.slice(offset, offset + Number(sent.query["limit"]))
    const body = { totalcount: from.length, appointments: page }
    if (!isReplay && sent.query["leaveunprocessed"] !== "true") taken.push(...pending.splice(offset, page.length))
    return { body }
  }
  return { answer, pending, taken }
}

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

const idsOf = (records: ReadonlyArray<{ readonly appointmentId: string }>) =>
  records.map(({ appointmentId }) => Number(appointmentId))

describe("a changed-data feed", () => {
  it.effect("gives each change once when it is drained, and never sends an offset for it", () => {
    const feed = feedOf(7)
    const { layer, server, trail } = setUp(feed.answer)
    return Effect.gen(function* () {
      const answers = yield* run(Stream.runCollect(ChangedAppointments.drain(query)))
      assert.deepStrictEqual(idsOf(answers.flatMap(({ records }) => records)), [1, 2, 3, 4, 5, 6, 7])
      assert.deepStrictEqual(
        answers.map(({ hasMore }) => hasMore),
        [true, true, true, false]
      )
      assert.isTrue(server.requests.every(({ query: asked }) => asked["offset"] === undefined))
      assert.isTrue(server.requests.every(({ query: asked }) => asked["leaveunprocessed"] === undefined))
      assert.strictEqual(trail.outcomes()[2]?.appointmentIds.join(), "6")
      assert.deepStrictEqual(trail.intents()[0]?.parameters, { limit: "2" })
    }).pipe(Effect.provide(layer))
  })

  it.effect("asks for more only when what it took was dealt with", () => {
    const feed = feedOf(4)
    const order: Array<string> = []
    const { layer } = setUp((sent) => {
      order.push("asked")
      return feed.answer(sent)
    })
    return Effect.gen(function* () {
      yield* run(Stream.runForEach(ChangedAppointments.drain(query), () => Effect.sync(() => order.push("stored"))))
      assert.deepStrictEqual(order, ["asked", "stored", "asked", "stored"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is left as it is by a peek, which is repeated when the server fails", () => {
    const feed = feedOf(3)
    const { layer, server, trail } = setUp((sent) => (sent.index === 0 ? { status: 503 } : feed.answer(sent)))
    return Effect.gen(function* () {
      const page = yield* run(ChangedAppointments.peek(query))
      assert.deepStrictEqual([idsOf(page.records), page.totalCount], [[1, 2], 3])
      assert.strictEqual(feed.pending.length, 3)
      assert.strictEqual(server.requests.length, 2)
      assert.strictEqual(trail.intents()[0]?.parameters["leaveunprocessed"], "true")
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, Answer]>([
    ["the line is cut", "reset"],
    ["no answer ever comes", "hang"],
    ["the server fails", { status: 500 }],
    ["the answer is cut short", { body: '{"appointments":[{"appointmentid":"1"' }],
    ["the answer has another shape", { body: { records: [] } }]
  ])("says that changes may be lost when %s, and is not asked again", ([, answer]) => {
    const { layer, server } = setUp(() => answer)
    return Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2019-06-03T14:00:00Z"))
      const error = yield* run(Effect.flip(ChangedAppointments.consume(query)))
      assert.strictEqual(error._tag, "ChangesMayBeLost")
      if (error._tag === "ChangesMayBeLost") {
        assert.strictEqual(DateTime.formatIso(error.askedAt), "2019-06-03T14:00:00.000Z")
        assert.include(error.message, "Replay from before 2019-06-03T14:00:00.000Z")
      }
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("says that changes may be lost when they came and could not be recorded", () => {
    const { layer } = setUp(feedOf(1).answer, { broken: "outcome" })
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(Effect.flip(ChangedAppointments.consume(query))))._tag, "ChangesMayBeLost")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not asked at all when the intent cannot be written: nothing is lost", () => {
    const { layer, server } = setUp(feedOf(1).answer, { broken: "intent" })
    return Effect.gen(function* () {
      assert.strictEqual((yield* run(Effect.flip(ChangedAppointments.consume(query))))._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("without a subscription fails with the reason FeedNotSubscribed, and nothing is lost", () => {
    const { layer } = setUp(() => ({
      status: 403,
      body: { error: "Changed messages require setup (subscription) that has not been done." }
    }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(ChangedProviders.consume({ practiceId })))
      assert.strictEqual(error._tag === "AthenaError" ? error.reason._tag : error._tag, "FeedNotSubscribed")
    }).pipe(Effect.provide(layer))
  })

  it.effect("shows again what was taken in a window, page by page, whatever else is pending", () => {
    const feed = feedOf(5)
    const { layer, server } = setUp(feed.answer)
    return Effect.gen(function* () {
      yield* run(ChangedAppointments.consume({ practiceId, limit: 3 }))
      const from = DateTime.makeUnsafe("2019-06-03T14:00:00Z")
      const window = { from, to: DateTime.add(from, { minutes: 5 }) }
      const pages = yield* run(Stream.runCollect(ChangedAppointments.replay(query, window)))
      assert.deepStrictEqual(idsOf(pages.flatMap(({ records }) => records)), [1, 2, 3])
      assert.strictEqual(feed.pending.length, 2)
      const [, first, second] = server.requests
      assert.strictEqual(first?.query["showprocessedstartdatetime"], "06/03/2019 10:00:00")
      assert.strictEqual(first?.query["showprocessedenddatetime"], "06/03/2019 10:05:00")
      assert.strictEqual(second?.query["offset"], "2")
    }).pipe(Effect.provide(layer))
  })

  it.effect("ends when it is empty and says that there is more, however often it is asked", () => {
    const { layer, server } = setUp(() => ({ body: { totalcount: 9, appointments: [] } }))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(Stream.runCollect(ChangedAppointments.drain(query))), [])
      assert.strictEqual(server.requests.length, 4)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is asked again until it is empty when it does not say how much there is", () => {
    const feed = feedOf(3)
    const { layer, server } = setUp((sent) => {
      const { body } = feed.answer(sent) as { readonly body: object }
      return { body: { ...body, totalcount: undefined } }
    })
    return Effect.gen(function* () {
      const answers = yield* run(Stream.runCollect(ChangedAppointments.drain(query)))
      assert.deepStrictEqual(idsOf(answers.flatMap(({ records }) => records)), [1, 2, 3])
      assert.strictEqual(server.requests.length, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("names the patients that it is asked about", () => {
    const { layer, server, trail } = setUp(feedOf(0).answer)
    return Effect.gen(function* () {
      yield* run(ChangedAppointments.consume({ practiceId, patientIds: [PatientId.make("7"), PatientId.make("8")] }))
      assert.strictEqual(server.requests[0]?.query["patientid"], "7,8")
      assert.strictEqual(trail.intents()[0]?.patientIds.join(), "7,8")
    }).pipe(Effect.provide(layer))
  })
})

describe("the window of a replay", () => {
  const at = (from: string, to: string) => {
    const window = replayParameters({ from: DateTime.makeUnsafe(from), to: DateTime.makeUnsafe(to) })
    return [window.showprocessedstartdatetime, window.showprocessedenddatetime]
  }

  it.each<[string, string, string, [string, string]]>([
    ["in summer", "2019-06-03T14:00:00Z", "2019-06-03T14:05:00Z", ["06/03/2019 10:00:00", "06/03/2019 10:05:00"]],
    [
      "with its end rounded up",
      "2019-06-03T14:00:00.900Z",
      "2019-06-03T14:05:00.001Z",
      ["06/03/2019 10:00:00", "06/03/2019 10:05:01"]
    ],
    [
      "that begins in the hour that comes twice",
      "2019-11-03T06:30:00Z",
      "2019-11-03T08:00:00Z",
      ["11/03/2019 00:30:00", "11/03/2019 03:00:00"]
    ],
    [
      "that ends in the hour that comes twice",
      "2019-11-03T04:00:00Z",
      "2019-11-03T05:30:00Z",
      ["11/03/2019 00:00:00", "11/03/2019 02:30:00"]
    ],
    [
      "within the hour that comes twice",
      "2019-11-03T05:10:00Z",
      "2019-11-03T06:20:00Z",
      ["11/03/2019 00:10:00", "11/03/2019 02:20:00"]
    ],
    [
      "around the hour that spring skips",
      "2019-03-10T06:30:00Z",
      "2019-03-10T07:30:00Z",
      ["03/10/2019 01:30:00", "03/10/2019 03:30:00"]
    ]
  ])("%s", (_, from, to, expected) => {
    assert.deepStrictEqual(at(from, to), expected)
  })
})

describe("the subscription of a feed", () => {
  it.effect.each<[string, unknown, unknown]>([
    [
      "active",
      { status: "ACTIVE", subscriptions: [{ eventname: "CheckIn" }] },
      { status: "active", eventNames: ["CheckIn"] }
    ],
    ["partial", { status: "Partial", subscriptions: [] }, { status: "partial", eventNames: [] }],
    ["inactive", { status: "INACTIVE" }, { status: "inactive", eventNames: [] }],
    ["in a state that is not known", { status: "PAUSED", subscriptions: null }, { status: "unknown", eventNames: [] }]
  ])("is read when it is %s", ([, body, expected]) => {
    const { layer, server } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(ChangedAppointmentsSubscription.read(practiceId)), expected as never)
      assert.strictEqual(server.requests[0]?.path, "/v1/195900/appointments/changed/subscription")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is made and ended by name and by department, and may be asked for twice", () => {
    const { layer, server } = setUp((sent) => (sent.index === 0 ? { status: 503 } : { body: { success: "true" } }))
    return Effect.gen(function* () {
      yield* run(
        ChangedAppointmentsSubscription.subscribe({
          practiceId,
          eventName: "CheckIn",
          departmentIds: [DepartmentId.make("1"), DepartmentId.make("21")]
        })
      )
      yield* run(ChangedAppointmentsSubscription.subscribe({ practiceId }))
      yield* run(ChangedAppointmentsSubscription.unsubscribe({ practiceId, eventName: "CheckIn" }))
      assert.deepStrictEqual(
        server.requests.map(({ method, form, query: asked }) => [method, form, asked]),
        [
          ["POST", { eventname: "CheckIn", departmentids: "1,21" }, {}],
          ["POST", { eventname: "CheckIn", departmentids: "1,21" }, {}],
          ["POST", {}, {}],
          ["DELETE", {}, { eventname: "CheckIn" }]
        ]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("tells the events that there are", () => {
    const { layer } = setUp(() => ({
      body: { subscriptions: [{ eventname: "CheckIn" }, { eventname: "CheckOut" }, {}] }
    }))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(ChangedAppointmentsSubscription.events(practiceId)), ["CheckIn", "CheckOut"])
    }).pipe(Effect.provide(layer))
  })
})
