import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, type Duration, Effect, Exit, Fiber, type Scope } from "effect"
import { TestClock } from "effect/testing"
import type { AthenaError } from "../../src/errors/AthenaError.ts"
import { Athena } from "../../src/http/Athena.ts"
import type { Call } from "../../src/http/Call.ts"
import { CurrentCallStatistics, emptyStatistics } from "../../src/http/CallStatistics.ts"
import type { EndpointDescription } from "../../src/http/EndpointDescription.ts"
import { readJson } from "../../src/http/readBody.ts"
import { PracticeId } from "../../src/ids/PracticeId.ts"
import { noPhi } from "../../src/phi/PhiClass.ts"
import { athenaOn, secret } from "../support/athenaLayer.ts"
import { type Answer, type Sent, stubServer } from "../support/StubServer.ts"

const practice = PracticeId.make("195900")
const otherPractice = PracticeId.make("195901")

const readPatient: EndpointDescription = {
  name: "ReadPatient",
  verb: "GET",
  path: "/v1/{practiceid}/patients/{patientid}",
  vendorPage: "https://docs.test",
  evidence: "inferred",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: []
}
const book: EndpointDescription = { ...readPatient, name: "Book", verb: "PUT", repeat: "never" }
const feed: EndpointDescription = { ...readPatient, name: "Feed", repeat: "consumes" }

const call = (overrides: Partial<Call> = {}): Call => ({
  endpoint: readPatient,
  practiceId: practice,
  path: { patientid: "7" },
  query: {},
  ...overrides
})
const exchange = (overrides: Partial<Call> = {}) => Athena.use((athena) => athena.exchange(call(overrides), readJson))

const badAuth: Answer = { status: 401, body: { detailedmessage: "Bad auth.", error: "Incorrect permissions." } }
const invalidPractice: Answer = { status: 404, body: { error: "Invalid practice." } }
const good: Answer = { body: [{ patientid: "7" }] }

/** Answers by what comes next in the list; the last answer stays. */
const inTurn =
  (...answers: ReadonlyArray<Answer>) =>
  (sent: Sent): Answer =>
    answers[Math.min(sent.index, answers.length - 1)] ?? good

/** Runs `effect` while the clock goes on, as long as it takes. */
const elapse = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  upTo: Duration.Input = "10 minutes"
): Effect.Effect<Exit.Exit<A, E>, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkScoped(effect)
    yield* TestClock.adjust(upTo)
    return yield* Fiber.await(fiber)
  })

/** Runs `effect` to its failure. */
const failureOf = <A, R>(effect: Effect.Effect<A, AthenaError, R>, upTo?: Duration.Input) =>
  Effect.flatMap(elapse(Effect.flip(effect), upTo), (exit) =>
    Exit.isSuccess(exit) ? Effect.succeed(exit.value) : Effect.die(new Error("it was expected to fail"))
  )

const answerOf = <A, R>(effect: Effect.Effect<A, AthenaError, R>, upTo?: Duration.Input) =>
  Effect.flatten(elapse(effect, upTo))

const gaps = (requests: ReadonlyArray<Sent>) =>
  requests.slice(1).map((request, index) => request.at - (requests[index]?.at ?? 0))

describe("Athena", () => {
  describe("a server in trouble", () => {
    it.effect("backs off, tries at least 8 times again and then says what the server answered", () => {
      const server = stubServer({ api: () => ({ status: 503 }) })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange())
        assert.strictEqual(error.reason._tag, "ServerUnavailable")
        assert.strictEqual(error.attempts, server.requests.length)
        assert.isAtLeast(server.requests.length, 9)
        const waits = gaps(server.requests)
        for (const [index, wait] of waits.entries()) {
          const nominal = Math.min(10_000, 250 * 2 ** index)
          assert.isAtLeast(wait, nominal * 0.75, `wait ${index}`)
          assert.isAtMost(wait, nominal * 1.25 + 10, `wait ${index}`)
        }
        assert.isTrue(new Set(waits.map((wait, index) => wait / (250 * 2 ** index))).size > 1, "the waits are jittered")
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each<[string, Answer]>([
      ["a cut line", "reset"],
      ["500", { status: 500 }],
      ["502 with HTML", { status: 502, body: "<html>" }],
      ["408", { status: 408 }],
      ["a body cut short", { body: '[{"patientid": "7"' }],
      ["an HTML page", { body: "<html></html>" }],
      ["malformed JSON", { body: "{patientid: 7}" }],
      ["plain text labelled JSON", { headers: { "content-type": "application/json" }, body: "Try later" }],
      ["nothing", { body: "" }]
    ])("reads again after %s", ([, answer]) => {
      const server = stubServer({ api: inTurn(answer, answer, good) })
      return Effect.gen(function* () {
        const result = yield* answerOf(exchange())
        assert.deepStrictEqual(result.body, [{ patientid: "7" }])
        assert.strictEqual(result.attempts, 3)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each<[string, Answer, string]>([
      ["cut short", { body: '[{"patientid": "7"' }, "not-json"],
      ["HTML", { body: "<html></html>" }, "html"]
    ])("says that the answer cannot be read when it is %s every time", ([, answer, kind]) => {
      const server = stubServer({ api: () => answer })
      return Effect.gen(function* () {
        const { reason } = yield* failureOf(exchange())
        assert.strictEqual(reason._tag === "UnreadableAnswer" ? reason.kind : reason._tag, kind)
        assert.strictEqual(server.requests.length, 9)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("waits as long as a 503 says, with everyone else of the practice", () => {
      const server = stubServer({ api: inTurn({ status: 503, headers: { "retry-after": "20" } }, good) })
      return Effect.gen(function* () {
        const first = yield* Effect.forkScoped(exchange())
        yield* TestClock.adjust("1 second")
        const second = yield* Effect.forkScoped(exchange())
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(first)
        yield* Fiber.join(second)
        const [, ...later] = server.requests
        for (const request of later) assert.isAtLeast(request.at, 20_000)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each([300, 304, 405, 418, 501, 596])("takes %s as final", (status) => {
      const server = stubServer({ api: () => ({ status }) })
      return Effect.gen(function* () {
        const { reason } = yield* failureOf(exchange())
        assert.strictEqual(reason._tag === "UnexpectedStatus" ? reason.status : reason._tag, status)
        assert.strictEqual(server.requests.length, 1)
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("time", () => {
    it.effect("gives up on an attempt that hangs after 20 seconds and sends another", () => {
      const server = stubServer({ api: inTurn("hang", good) })
      return Effect.gen(function* () {
        yield* answerOf(exchange())
        const [wait] = gaps(server.requests)
        assert.isAtLeast(wait ?? 0, 20_000)
        assert.isAtMost(wait ?? 0, 21_000)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("ends as timed out when every attempt hangs, within the deadline of 5 minutes", () => {
      const server = stubServer({ api: () => "hang" })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange(), "5 minutes")
        assert.strictEqual(error.reason._tag, "TimedOut")
        assert.strictEqual(error.attempts, 9)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("ends at the deadline with the last reason, however patient the waits are", () => {
      const server = stubServer({ api: () => ({ status: 429, headers: { "retry-after": "55" } }) })
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkScoped(Effect.flip(exchange()))
        yield* TestClock.adjust("299 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* Fiber.join(fiber)).reason._tag, "Throttled")
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("throttling", () => {
    it.effect("pauses every caller of the practice and none of another", () => {
      const server = stubServer({
        api: (sent) => (sent.at < 100 && sent.path.includes(practice) ? { status: 429 } : good)
      })
      return Effect.gen(function* () {
        const first = yield* Effect.forkScoped(exchange())
        yield* TestClock.adjust("200 millis")
        const others = yield* Effect.forkScoped(
          Effect.all(
            Array.from({ length: 5 }, () => exchange()),
            { concurrency: 5 }
          )
        )
        const elsewhere = yield* Effect.forkScoped(exchange({ practiceId: otherPractice }))
        yield* TestClock.adjust("200 millis")
        assert.isDefined(elsewhere.pollUnsafe(), "the other practice goes on")
        assert.strictEqual(server.requests.filter((sent) => sent.path.includes(practice)).length, 1)
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(first)
        yield* Fiber.join(others)
        const [, resumed] = server.requests.filter((sent) => sent.path.includes(practice))
        assert.isAtLeast(resumed?.at ?? 0, 500, "a refusal without a word rests for half a second at least")
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each<[string, string | undefined, number, number]>([
      ["seconds", "7", 7000, 7100],
      ["an HTTP date", new Date(9000).toUTCString(), 9000, 9100],
      ["zero, as a few hundred milliseconds", "0", 300, 700],
      ["a negative number, as a few hundred milliseconds", "-4", 300, 700],
      ["nothing, as about a second", undefined, 500, 1100],
      ["nonsense, as about a second", "soonish", 500, 1100]
    ])("takes Retry-After as %s", ([, retryAfter, atLeast, atMost]) => {
      const refusal = { status: 429, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } }
      const server = stubServer({ api: inTurn(refusal, good) })
      return Effect.gen(function* () {
        yield* answerOf(exchange())
        const resumedAt = server.requests[1]?.at ?? 0
        assert.isAtLeast(resumedAt, atLeast)
        assert.isAtMost(resumedAt, atMost)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each<[string, string]>([
      ["an hour", "3600"],
      ["a year", "31536000"],
      ["no date can hold", "99999999999999999999"]
    ])("gives up at once, for everyone who waits, when told to wait %s", ([, retryAfter]) => {
      const server = stubServer({
        api: () => ({ status: 429, headers: { "retry-after": retryAfter }, after: "100 millis" })
      })
      return Effect.gen(function* () {
        const waiting = yield* Effect.forkScoped(
          Effect.all(
            Array.from({ length: 30 }, () => Effect.flip(exchange())),
            { concurrency: "unbounded" }
          )
        )
        yield* TestClock.adjust("3 seconds")
        const errors = yield* Fiber.join(waiting)
        for (const { reason } of errors) {
          assert.strictEqual(reason._tag, "Throttled")
          if (reason._tag === "Throttled") assert.isAtLeast(DateTime.toEpochMillis(reason.retryAt), 3_600_000)
        }
        assert.isAtMost(server.requests.length, 8, "those at the gate were not sent any more")
      }).pipe(Effect.provide(athenaOn(server, { requestsPerSecond: 40, startRequestsPerSecond: 20 })))
    })

    it.effect("names the moment to come back in the error of a long wait", () => {
      const server = stubServer({ api: () => ({ status: 429, headers: { "retry-after": "3600" } }) })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange(), "1 second")
        assert.include(error.message, "1970-01-01T01:00:0")
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("tokens and permissions", () => {
    it.effect("renews a token that died early once for eight calls that saw it", () => {
      const dead = new Set<string>()
      const server = stubServer({
        api: ({ token }) => (dead.has(token ?? "") ? { status: 401, after: "1 second" } : good)
      })
      return Effect.gen(function* () {
        yield* answerOf(exchange(), "1 second")
        dead.add("token-1")
        const eight = Effect.all(
          Array.from({ length: 8 }, () => exchange()),
          { concurrency: 8 }
        )
        yield* Effect.flatten(elapse(eight, "1 minute"))
        assert.strictEqual(server.tokenRequests.length, 2)
        assert.strictEqual(server.requests.length, 1 + 8 + 8)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("says that the token is refused after three that never worked", () => {
      const server = stubServer({ api: () => ({ status: 401, after: "10 millis" }) })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange())
        assert.strictEqual(error.reason._tag, "TokenRefused")
        assert.strictEqual(server.requests.length, 3)
        assert.strictEqual(server.tokenRequests.length, 3)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("gets over two tokens in a row that die before they ever worked", () => {
      const unlucky = { status: 401, after: "10 millis" } as const
      const server = stubServer({ api: inTurn(good, unlucky, unlucky, unlucky, good) })
      return Effect.gen(function* () {
        yield* answerOf(exchange())
        yield* answerOf(exchange())
        assert.strictEqual(server.tokenRequests.length, 4)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("takes `Bad auth.` as final, with exactly one request", () => {
      const server = stubServer({ api: () => badAuth })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange())
        assert.strictEqual(error.reason._tag, "PracticeNotAuthorized")
        assert.strictEqual(server.requests.length, 1)
        assert.strictEqual(server.tokenRequests.length, 1)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each<[string, Answer]>([
      ["PermissionDenied", { status: 403, body: { error: "no" } }],
      ["FeedNotSubscribed", { status: 403, body: { error: "Changed messages require setup (subscription)" } }],
      ["RecordNotFound", { status: 404, body: { error: "Patient not found." } }],
      ["InvalidRequest", { status: 400, body: { error: "no", missingfields: ["dob"] } }],
      ["Conflict", { status: 409, body: { error: "booked" } }]
    ])("takes %s as final", ([tag, answer]) => {
      const server = stubServer({ api: () => answer })
      return Effect.gen(function* () {
        assert.strictEqual((yield* failureOf(exchange())).reason._tag, tag)
        assert.strictEqual(server.requests.length, 1)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("takes `Invalid practice.` as final for a practice that never answered", () => {
      const server = stubServer({ api: () => invalidPractice })
      return Effect.gen(function* () {
        assert.strictEqual((yield* failureOf(exchange())).reason._tag, "PracticeUnknown")
        assert.strictEqual(server.requests.length, 1)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("takes `Invalid practice.` as an outage for a practice that answered before", () => {
      const server = stubServer({ api: inTurn(good, invalidPractice, invalidPractice, good) })
      return Effect.gen(function* () {
        yield* answerOf(exchange(), "1 second")
        assert.strictEqual((yield* answerOf(exchange())).attempts, 3)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("fails a call without a token, and never with the token's secret", () => {
      const server = stubServer({ token: () => ({ status: 401, body: { error: "invalid_client", secret } }) })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange())
        assert.strictEqual(error.reason._tag, "InvalidCredentials")
        assert.strictEqual(error.attempts, 0)
        assert.notInclude(inspect(error, { depth: 20 }) + JSON.stringify(error) + error.message, secret)
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("calls that must not be repeated", () => {
    for (const endpoint of [book, feed]) {
      it.effect.each<[string, Answer]>([
        ["500", { status: 500 }],
        ["503 with Retry-After", { status: 503, headers: { "retry-after": "1" } }],
        ["a time-out", "hang"],
        ["a cut line", "reset"],
        ["a body cut short", { body: '{"a' }],
        ["HTML", { body: "<html>" }]
      ])(`are not sent again (${endpoint.repeat}) after %s`, ([, answer]) => {
        const server = stubServer({ api: () => answer })
        return Effect.gen(function* () {
          yield* failureOf(exchange({ endpoint }))
          assert.strictEqual(server.requests.length, 1)
        }).pipe(Effect.provide(athenaOn(server)))
      })

      it.effect(`are sent again (${endpoint.repeat}) after 429: the server did nothing`, () => {
        const server = stubServer({ api: inTurn({ status: 429 }, { status: 429 }, good) })
        return Effect.gen(function* () {
          assert.strictEqual((yield* answerOf(exchange({ endpoint }))).attempts, 3)
        }).pipe(Effect.provide(athenaOn(server)))
      })

      it.effect(`are sent again (${endpoint.repeat}) with a fresh token: the server did nothing`, () => {
        const server = stubServer({ api: inTurn({ status: 401 }, good) })
        return Effect.gen(function* () {
          assert.strictEqual((yield* answerOf(exchange({ endpoint }))).attempts, 2)
        }).pipe(Effect.provide(athenaOn(server)))
      })
    }
  })

  describe("what is handed over", () => {
    it.effect.each<[string, unknown]>([
      ["success false", { success: false, errormessage: "Appointment is already frozen." }],
      ["success 'false'", { success: "false" }],
      ["an error message in an array of one", [{ patientid: "100", errormessage: "no" }]],
      ["an error alone", { error: "The data provided is invalid." }],
      ["a bare text", '"Invalid PROVIDERID input"']
    ])("says that 200 with %s is a failure, and does not repeat it", ([, body]) => {
      const server = stubServer({ api: () => ({ body }) })
      return Effect.gen(function* () {
        assert.strictEqual((yield* failureOf(exchange())).reason._tag, "RefusedInside")
        assert.strictEqual(server.requests.length, 1)
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect.each<[string, unknown]>([
      ["1", "1"],
      ["success true", { success: true }],
      ["success 'true'", { success: "true" }],
      ["an empty error message", { errormessage: "" }],
      ["a list", { totalcount: 0, appointments: [] }]
    ])("takes 200 with %s as success", ([, body]) => {
      const server = stubServer({ api: () => ({ body }) })
      return answerOf(exchange()).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("never holds social security or driving licence numbers, at any depth", () => {
      const body = {
        totalcount: 1,
        patients: [
          {
            patientid: "7",
            ssn: "123",
            guarantorSSN: "123",
            driverslicensenumber: "123",
            insurances: [{ insurancepolicyholderssn: "123", plan: { SSN: "123", name: "kept" } }],
            lessons: "kept"
          }
        ]
      }
      const server = stubServer({ api: () => ({ body }) })
      return Effect.gen(function* () {
        assert.deepStrictEqual((yield* answerOf(exchange())).body, {
          totalcount: 1,
          patients: [{ patientid: "7", insurances: [{ plan: { name: "kept" } }], lessons: "kept" }]
        })
      }).pipe(Effect.provide(athenaOn(server)))
    })

    it.effect("gives the vendor's request id and the attempts along", () => {
      const server = stubServer({ api: inTurn({ status: 500 }, { ...good, headers: { "x-request-id": "rrt-9" } }) })
      return Effect.gen(function* () {
        const answer = yield* answerOf(exchange())
        assert.strictEqual(answer.attempts, 2)
        assert.deepStrictEqual(answer.requestId.valueOrUndefined, "rrt-9")
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("the request", () => {
    it.effect.each(["", ".", "..", "...", "...."])(
      "is refused with the path id %j, and nothing is sent",
      (patientid) => {
        const server = stubServer()
        return Effect.gen(function* () {
          const { reason } = yield* failureOf(exchange({ path: { patientid } }))
          assert.deepStrictEqual(reason._tag === "InvalidRequest" && reason.parameters, ["patientid"])
          assert.strictEqual(server.requests.length + server.tokenRequests.length, 0)
        }).pipe(Effect.provide(athenaOn(server)))
      }
    )

    it.effect.each(["../../1", "a/b", "%2e%2e", "7?x=1", "7#x", "\\..\\", " ", "é"])(
      "keeps the path id %j in its place",
      (patientid) => {
        const server = stubServer()
        return Effect.gen(function* () {
          yield* answerOf(exchange({ path: { patientid } }))
          const segments = server.requests[0]?.path.split("/") ?? []
          assert.deepStrictEqual(segments.slice(0, 4), ["", "v1", practice, "patients"])
          assert.strictEqual(decodeURIComponent(segments[4] ?? ""), patientid)
          assert.deepStrictEqual(server.requests[0]?.query, {})
        }).pipe(Effect.provide(athenaOn(server)))
      }
    )

    it.effect("carries the token, asks for JSON and sends the parameters as a query", () => {
      const server = stubServer()
      return Effect.gen(function* () {
        yield* answerOf(exchange({ query: { startdate: "06/01/2019", departmentid: "1,21" } }))
        const [sent] = server.requests
        assert.strictEqual(sent?.token, "token-1")
        assert.strictEqual(sent?.headers["accept"], "application/json")
        assert.deepStrictEqual(sent?.query, { startdate: "06/01/2019", departmentid: "1,21" })
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("what is counted", () => {
    it.effect("counts requests, repeats and refusals where the job asks for it", () => {
      const server = stubServer({ api: inTurn({ status: 429 }, { status: 500 }, good) })
      const statistics = emptyStatistics()
      return Effect.gen(function* () {
        yield* answerOf(Effect.provideService(exchange(), CurrentCallStatistics, statistics))
        yield* answerOf(exchange())
        assert.deepStrictEqual(statistics, { requests: 3, retries: 2, rateLimited: 1 })
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })

  describe("errors", () => {
    const marker = "Zquuxwyvern"
    it.effect.each<[string, Answer]>([
      ["400", { status: 400, body: { error: marker, detailedmessage: marker, missingfields: [`${marker} Smith`] } }],
      ["401", { status: 401, body: `${marker}` }],
      ["Bad auth.", { status: 401, body: { error: `Bad auth. ${marker}` } }],
      ["403", { status: 403, body: { error: marker } }],
      ["404", { status: 404, body: { error: marker } }],
      ["404 with HTML", { status: 404, body: `<p>${marker}` }],
      ["409", { status: 409, body: marker }],
      ["418", { status: 418, body: marker }],
      ["429", { status: 429, headers: { "retry-after": "9999" }, body: marker }],
      ["500", { status: 500, body: marker }],
      ["200 cut short", { body: `{"lastname":"${marker}` }],
      ["200 with HTML", { body: `<html>${marker}` }],
      ["200 with a failure inside", { body: { success: false, errormessage: marker } }],
      ["200 with text", { body: `"${marker}"` }],
      ["a cut line", "reset"],
      ["a hanging server", "hang"]
    ])("hold no URL, no patient, no body and no token after %s", ([, answer]) => {
      const server = stubServer({ api: () => answer })
      return Effect.gen(function* () {
        const error = yield* failureOf(exchange({ path: { patientid: marker }, query: { lastname: marker } }))
        const printed = [
          error.message,
          String(error),
          error.stack,
          JSON.stringify(error),
          inspect(error, { depth: 30, showHidden: true })
        ].join("\n")
        assert.notInclude(printed, marker)
        assert.notInclude(printed, "athena.test")
        assert.notInclude(printed, secret)
        assert.notMatch(printed, /token-\d/)
        assert.include(error.message, "practice 195900, GET /v1/{practiceid}/patients/{patientid}")
      }).pipe(Effect.provide(athenaOn(server)))
    })
  })
})
