import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Logger, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ListBookedAppointments } from "../../src/endpoints/appointments/ListBookedAppointments.ts"
import { ListBookedAppointmentsOfDepartments } from "../../src/endpoints/appointments/ListBookedAppointmentsOfDepartments.ts"
import { ListDepartments } from "../../src/endpoints/practice/ListDepartments.ts"
import { ListPractices } from "../../src/endpoints/practice/ListPractices.ts"
import { ListProviders } from "../../src/endpoints/practice/ListProviders.ts"
import { DepartmentId } from "../../src/ids/DepartmentId.ts"
import { everyPractice, PracticeId } from "../../src/ids/PracticeId.ts"
import { reveal } from "../../src/phi/reveal.ts"
import { LocalDate } from "../../src/time/LocalDate.ts"
import { athenaOn } from "../support/athenaLayer.ts"
import { recordingTrail } from "../support/RecordingTrail.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practiceId = PracticeId.make("195900")
const june = { practiceId, from: LocalDate.make("2019-06-01"), to: LocalDate.make("2019-06-30") }
const marker = "Zquuxwyvern"

const appointment = (id: number, overrides: Readonly<Record<string, unknown>> = {}) => ({
  appointmentid: String(id),
  appointmentstatus: "f",
  date: "06/03/2019",
  starttime: "09:15",
  duration: 15,
  departmentid: "1",
  providerid: "71",
  patientid: String(1000 + id),
  lastmodified: "05/30/2019 11:02:33",
  ...overrides
})

/** A list of `total` rows that is cut into pages of at most `clamp`. */
const listOf =
  (total: number, clamp: number, extra: (offset: number) => Readonly<Record<string, unknown>> = () => ({})) =>
  (sent: Sent): Answer => {
    const offset = Number(sent.query["offset"] ?? 0)
    const size = Math.min(clamp, Number(sent.query["limit"]))
    const rows = Array.from({ length: Math.max(0, Math.min(size, total - offset)) }, (_, row) =>
      appointment(offset + row + 1)
    )
    return { body: { totalcount: total, appointments: rows, ...extra(offset) } }
  }

const setUp = (api: (sent: Sent) => Answer, trailOptions?: Parameters<typeof recordingTrail>[0]) => {
  const server = stubServer({ api })
  const trail = recordingTrail(trailOptions)
  return { server, trail, layer: Layer.merge(athenaOn(server), trail.layer) }
}

/** Runs `effect` while the clock goes on. */
const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const idsOf = (query: Parameters<typeof ListBookedAppointments.records>[0]) =>
  ListBookedAppointments.records(query).pipe(
    Stream.map((record) => Number(record.appointmentId)),
    Stream.runCollect
  )

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe("a list", () => {
  it.effect("is paged by the rows that came when the server sends fewer than asked for", () => {
    const { server, layer } = setUp(listOf(25, 10))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(idsOf(june)), oneTo(25))
      assert.deepStrictEqual(
        server.requests.map(({ query }) => query["offset"]),
        [undefined, "10", "20"]
      )
      assert.isTrue(server.requests.every(({ query }) => query["limit"] === "1000"))
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, (total: number) => unknown]>([
    ["text", String],
    ["a number", (total) => total]
  ])("reads `totalcount` as %s", ([, spell]) => {
    const { layer } = setUp((sent) => {
      const answer = listOf(12, 5)(sent)
      return typeof answer === "string" ? answer : { body: { ...(answer.body as object), totalcount: spell(12) } }
    })
    return Effect.gen(function* () {
      const pages = yield* run(Stream.runCollect(ListBookedAppointments.pages(june)))
      assert.deepStrictEqual(
        pages.map(({ offset, received, totalCount }) => [offset, received, totalCount]),
        [
          [0, 5, 12],
          [5, 5, 12],
          [10, 2, 12]
        ]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["nonsense", "many"]
  ])("ends without `next` when `totalcount` is %s", ([, totalcount]) => {
    const { server, layer } = setUp(listOf(5, 5, () => ({ totalcount })))
    return Effect.gen(function* () {
      const [page, ...more] = yield* run(Stream.runCollect(ListBookedAppointments.pages(june)))
      assert.isUndefined(page?.totalCount)
      assert.strictEqual(more.length, 0)
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("follows a `next` of its own practice, by offset and with its own parameters", () => {
    const next = `/v1/195900/appointments/booked?LIMIT=2&OFFSET=1&FIRSTNAME=${marker}`
    const { server, layer } = setUp(
      listOf(4, 2, (offset) => ({ totalcount: undefined, ...(offset < 2 ? { next } : {}) }))
    )
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(idsOf({ ...june, limit: 2 })), oneTo(4))
      assert.strictEqual(server.requests[1]?.query["offset"], "2")
      assert.strictEqual(server.requests[1]?.query["startdate"], "06/01/2019")
      assert.notInclude(JSON.stringify(server.requests), marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each([
    "https://elsewhere.test/v1/195900/x",
    "/v1/1/appointments/booked?offset=2",
    "//elsewhere.test/v1/195900/"
  ])("does not follow the foreign `next` %s", (next) => {
    const { server, layer } = setUp(listOf(9, 2, () => ({ totalcount: undefined, next })))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(idsOf(june)), oneTo(2))
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  const standingStill = { totalcount: 99, next: "/v1/195900/appointments/booked?offset=0" }

  it.effect("ends with an empty page although it has a `next`, when it has one however often it is asked", () => {
    const { server, layer } = setUp(listOf(3, 3, () => standingStill))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(idsOf(june)), oneTo(3))
      assert.deepStrictEqual(
        server.requests.map(({ query }) => query["offset"]),
        [undefined, "3", "3", "3", "3"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("asks again for a page that is empty and has a `next`: that it is no end is its own word", () => {
    const whole = listOf(7, 3)
    const { server, layer, trail } = setUp((sent) =>
      [0, 2, 3].includes(sent.index) ? { body: { appointments: [], ...standingStill } } : whole(sent)
    )
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(idsOf(june)), oneTo(7))
      assert.strictEqual(server.requests.length, 6)
      assert.strictEqual(trail.outcomes().length, 6)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, unknown]>([
    ["another key", { totalcount: 1, records: [] }],
    ["an object in place of the rows", { totalcount: 1, appointments: {} }],
    ["an array", [[]]],
    ["a number", "7"]
  ])("says that an answer has another shape when it holds %s", ([, body]) => {
    const { layer, trail } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(ListBookedAppointments.page(june, 0)))
      assert.strictEqual(error._tag, "AthenaError")
      if (error._tag === "AthenaError") assert.strictEqual(error.reason._tag, "UnreadableAnswer")
      assert.strictEqual(trail.outcomes()[0]?.errorTag, "UnreadableAnswer")
    }).pipe(Effect.provide(layer))
  })

  it.effect("asks for cancelled ones, in the vendor's date form, and for several departments at once", () => {
    const { server, layer } = setUp(listOf(0, 10))
    return Effect.gen(function* () {
      yield* run(
        ListBookedAppointmentsOfDepartments.page(
          { ...june, departmentIds: [DepartmentId.make("1"), DepartmentId.make("21")] },
          0
        )
      )
      assert.strictEqual(server.requests[0]?.path, "/v1/195900/appointments/booked/multipledepartment")
      assert.deepStrictEqual(server.requests[0]?.query, {
        startdate: "06/01/2019",
        enddate: "06/30/2019",
        showcancelled: "true",
        showcopay: "false",
        departmentid: "1,21",
        limit: "1000"
      })
    }).pipe(Effect.provide(layer))
  })
})

describe("a row that does not fit", () => {
  const rows = [
    appointment(1),
    appointment(2, { date: marker, appointmentnotes: [{ text: marker }] }),
    appointment(3, { starttime: "" }),
    appointment(4, { duration: marker }),
    marker,
    null,
    [marker],
    appointment(5)
  ]
  const body = { totalcount: rows.length, appointments: rows }

  it.effect("is set aside alone, with path and expectation but never the value", () => {
    const { layer } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      const page = yield* run(ListBookedAppointments.page(june, 0))
      assert.deepStrictEqual(
        page.records.map(({ appointmentId }) => appointmentId),
        ["1", "5"]
      )
      assert.deepStrictEqual(
        page.misfits.map(({ recordId }) => recordId),
        ["2", "3", "4", undefined, undefined, undefined]
      )
      assert.match(page.misfits[0]?.reason ?? "", /MM\/DD\/YYYY.*\["date"\]/)
      assert.match(page.misfits[1]?.reason ?? "", /HH:MM.*none.*\["starttime"\]/)
      assert.match(page.misfits[2]?.reason ?? "", /whole number.*\["duration"\]/)
      assert.notInclude(inspect(page, { depth: 20, showHidden: true }) + JSON.stringify(page), marker)
      const [first] = page.misfits
      assert.strictEqual(first && reveal(first.raw, "integration")["date"], marker)
    }).pipe(Effect.provide(layer))
  })

  it.effect("counts as received, so that the next page begins behind it", () => {
    const { server, layer } = setUp((sent) => ({
      body: { totalcount: 9, appointments: sent.query["offset"] === undefined ? rows : [appointment(9)] }
    }))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(idsOf(june)), [1, 5, 9])
      assert.strictEqual(server.requests[1]?.query["offset"], "8")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is logged by its id when records are streamed, without its value", () => {
    const { layer } = setUp(() => ({ body }))
    const lines: Array<string> = []
    const logger = Logger.make((entry) => {
      lines.push(inspect([entry.message, entry.fiber.context.mapUnsafe], { depth: 12 }))
    })
    return Effect.gen(function* () {
      yield* run(idsOf(june))
      assert.strictEqual(lines.length, 6)
      assert.notInclude(lines.join("\n"), marker)
    }).pipe(Effect.provide(Layer.merge(layer, Logger.layer([logger]))))
  })

  it.effect("is named in the audit trail like any other", () => {
    const { layer, trail } = setUp(() => ({ body }))
    return Effect.gen(function* () {
      yield* run(ListBookedAppointments.page(june, 0))
      const [outcome] = trail.outcomes()
      assert.strictEqual(outcome?.appointmentIds.join(), "1,2,3,4,5")
      assert.strictEqual(outcome?.patientIds.join(), "1001,1002,1003,1004,1005")
      assert.strictEqual(outcome?.records, 8)
    }).pipe(Effect.provide(layer))
  })
})

describe("the audit trail of a list", () => {
  it.effect("holds the intent before the request leaves and the outcome before the page is handed over", () => {
    const order: Array<string> = []
    const { layer } = setUp(
      (sent) => {
        order.push("request")
        return listOf(4, 2)(sent)
      },
      { onStep: (step) => order.push(step) }
    )
    return Effect.gen(function* () {
      yield* run(Stream.runForEach(ListBookedAppointments.pages(june), () => Effect.sync(() => order.push("page"))))
      assert.deepStrictEqual(order, ["intent", "request", "outcome", "page", "intent", "request", "outcome", "page"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("lets no request leave when the intent cannot be written", () => {
    const { server, layer } = setUp(listOf(1, 1), { broken: "intent" })
    return Effect.gen(function* () {
      const error = yield* run(Effect.flip(ListBookedAppointments.page(june, 0)))
      assert.strictEqual(error._tag, "AuditTrailUnavailable")
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("hands over no data when the outcome cannot be written", () => {
    const { server, layer } = setUp(listOf(3, 1), { broken: "outcome" })
    const handedOver: Array<unknown> = []
    return Effect.gen(function* () {
      const exit = yield* run(
        Effect.exit(
          Stream.runForEach(ListBookedAppointments.records(june), (row) => Effect.sync(() => handedOver.push(row)))
        )
      )
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual(handedOver.length, 0)
      assert.strictEqual(server.requests.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("describes the access: a query of a practice, its window and its page", () => {
    const { trail, layer } = setUp(listOf(3, 2))
    return Effect.gen(function* () {
      yield* run(idsOf({ ...june, departmentId: DepartmentId.make("21") }))
      assert.deepStrictEqual(trail.intents()[1], {
        practiceId,
        action: "E",
        endpoint: "GET /v1/{practiceid}/appointments/booked",
        parameters: {
          startdate: "06/01/2019",
          enddate: "06/30/2019",
          showcancelled: "true",
          departmentid: "21",
          limit: "1000",
          offset: "2"
        },
        patientIds: [],
        appointmentIds: []
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect("counts the departments of a long list instead of naming them", () => {
    const { trail, layer } = setUp(listOf(0, 2))
    return Effect.gen(function* () {
      const departmentIds = Array.from({ length: 200 }, (_, index) => DepartmentId.make(String(index + 1)))
      yield* run(ListBookedAppointmentsOfDepartments.page({ ...june, departmentIds }, 0))
      assert.strictEqual(trail.intents()[0]?.parameters["departmentid"], "(200 values)")
    }).pipe(Effect.provide(layer))
  })

  it.effect("counts all attempts under one intent, with the last request id", () => {
    const { trail, layer } = setUp((sent) =>
      sent.index < 2 ? { status: 500 } : { ...(listOf(1, 1)(sent) as object), headers: { "x-request-id": "rrt-3" } }
    )
    return Effect.gen(function* () {
      yield* run(ListBookedAppointments.page(june, 0))
      assert.strictEqual(trail.recorded.length, 2)
      assert.strictEqual(trail.outcomes()[0]?.attempts, 3)
      assert.strictEqual(trail.outcomes()[0]?.requestId, "rrt-3")
    }).pipe(Effect.provide(layer))
  })

  it.effect("names patients once each, and nobody behind an open slot", () => {
    const { trail, layer } = setUp(() => ({
      body: {
        totalcount: 3,
        appointments: [
          appointment(1, { patientid: 7 }),
          appointment(2, { patientid: "7" }),
          appointment(3, { patientid: "", appointmentstatus: "o" })
        ]
      }
    }))
    return Effect.gen(function* () {
      yield* run(ListBookedAppointments.page(june, 0))
      const [outcome] = trail.outcomes()
      assert.strictEqual(outcome?.patientIds.join(), "7")
      assert.strictEqual(outcome?.appointmentIds.join(), "1,2")
    }).pipe(Effect.provide(layer))
  })

  it.effect.each<[string, Answer, string]>([
    ["a refusal", { status: 403, body: { error: "no" } }, "minor-failure"],
    ["a server in trouble", { status: 500 }, "serious-failure"]
  ])("records %s by its tag", ([, answer, outcome]) => {
    const { trail, layer } = setUp(() => answer)
    return Effect.gen(function* () {
      yield* run(Effect.exit(ListBookedAppointments.page(june, 0)))
      assert.strictEqual(trail.outcomes()[0]?.outcome, outcome)
      assert.deepStrictEqual(trail.outcomes()[0]?.patientIds, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("records a call that was interrupted", () => {
    const { trail, layer } = setUp(() => "hang")
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkScoped(ListBookedAppointments.page(june, 0))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(trail.outcomes()[0]?.errorTag, "Interrupted")
    }).pipe(Effect.provide(layer))
  })
})

describe("reference lists", () => {
  it.effect("need no audit trail and read departments, providers and practices", () => {
    const server = stubServer({
      api: ({ path }) => ({
        body: path.endsWith("/departments")
          ? { totalcount: 1, departments: [{ departmentid: 1, name: "Main", timezonename: "America/Denver" }] }
          : path.endsWith("/providers")
            ? { totalcount: 1, providers: [{ providerid: 71, displayname: "A B", lastname: "" }] }
            : { totalcount: 2, practiceinfo: [{ practiceid: "195900" }, { practiceid: "not digits" }] }
      })
    })
    return Effect.gen(function* () {
      const departments = yield* run(ListDepartments.page({ practiceId }, 0))
      assert.strictEqual(departments.records[0]?.departmentId, "1")
      assert.strictEqual(departments.records[0]?.timeZone, "America/Denver")
      const providers = yield* run(ListProviders.page({ practiceId }, 0))
      assert.strictEqual(providers.records[0]?.providerId, "71")
      assert.isUndefined(providers.records[0]?.lastName)
      const practices = yield* run(ListPractices.page({ practiceId: everyPractice }, 0))
      assert.strictEqual(practices.records[0]?.practiceId, practiceId)
      assert.strictEqual(practices.misfits.length, 1, "a practice id is digits only")
    }).pipe(Effect.provide(athenaOn(server)))
  })
})
