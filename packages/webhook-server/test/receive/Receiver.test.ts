import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { InboxBusy } from "@athena-engine/inbox/commit/InboxBusy"
import { makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { printed } from "@athena-engine/testing/leaks/printed"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Metric } from "effect"
import { trustedProxies } from "../../src/addresses/TrustedProxies.ts"
import type { ReceiverOptions } from "../../src/receive/Receiver.ts"
import { WebServer } from "../../src/server/WebServer.ts"
import { eventId, notification, secret, signatureOf } from "../support/notification.ts"
import { memoryInbox, refusals, serving } from "../support/serving.ts"
import { type Answer, ask, bytesOf, line, type Post } from "../support/wire.ts"

const signed = (body: string, key?: string): Post => ({ body, headers: { "x-hub-signature": signatureOf(body, key) } })

/** A server over an inbox in memory; `ask` sends one request over a connection of its own. */
const withReceiver = <A, E>(
  test: (context: {
    readonly inbox: ReturnType<typeof memoryInbox>
    readonly port: number
    readonly ask: (post: Post) => Effect.Effect<Answer>
  }) => Effect.Effect<A, E, WebServer>,
  receiver: Partial<ReceiverOptions> = {}
) => {
  const inbox = memoryInbox()
  return Effect.gen(function* () {
    const { port } = yield* WebServer
    return yield* test({ inbox, port, ask: (post) => Effect.promise(() => ask(port, post)) })
  }).pipe(Effect.provide(serving(inbox, { receiver })))
}

describe("a notification", () => {
  it.live("that is signed is committed, and then acknowledged without a word", () =>
    withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        const body = notification(7, 3)
        const answer = yield* ask(signed(body))
        assert.strictEqual(answer.status, 200)
        assert.include(answer.headers, "content-length: 0")
        assert.deepStrictEqual(
          inbox.accepted.map(({ events }) => events.map((event) => event.eventId)),
          [[eventId(7), eventId(8), eventId(9)]]
        )
        assert.deepInclude(inbox.accepted[0]?.events[0], {
          patientId: PatientId.make("60178"),
          resourceId: "7",
          keptBecause: undefined
        })
      })
    )
  )

  it.live("may have any content type, none, a query, and chunks of any size", () =>
    withReceiver(({ ask, inbox, port }) =>
      Effect.gen(function* () {
        const body = notification()
        const header = { "x-hub-signature": signatureOf(body) }
        for (const type of ["text/html", "application/json; charset=utf-16", "x"]) {
          assert.strictEqual((yield* ask({ body, headers: { ...header, "content-type": type } })).status, 200)
        }
        assert.strictEqual((yield* ask({ ...signed(body), path: "/webhooks/athenahealth?x=1" })).status, 200)
        const to = yield* Effect.promise(() => line(port))
        to.write(bytesOf({ headers: { ...header, "transfer-encoding": "chunked" } }))
        for (let at = 0; at < body.length; at += 97) {
          const piece = body.slice(at, at + 97)
          to.write(`${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`)
        }
        to.write("0\r\n\r\n")
        assert.strictEqual((yield* Effect.promise(() => to.answers(1)))[0]?.status, 200)
        assert.strictEqual(inbox.accepted.length, 5)
        to.cut()
      })
    )
  )

  it.live("is refused without a right signature, and nothing of it is looked at", () =>
    withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        const body = notification()
        const of = (header: string) => ask({ body, headers: { "x-hub-signature": header } })
        assert.strictEqual((yield* ask({ body })).status, 401)
        assert.strictEqual((yield* of(signatureOf(body, "another-secret-than-ours"))).status, 401)
        assert.strictEqual((yield* of(signatureOf(`${body} `))).status, 401)
        assert.strictEqual((yield* of(signatureOf(body).replace("sha256", "sha1"))).status, 401)
        assert.strictEqual((yield* of("sha256=")).status, 401)
        assert.strictEqual((yield* ask(signed(body.trim(), "no"))).status, 401)
        assert.deepStrictEqual(inbox.accepted, [])
        const counts = yield* Effect.forEach(["missing", "malformed", "method", "mismatch"], refusals)
        assert.deepStrictEqual(counts, [1, 1, 1, 3])
      })
    )
  )

  it.live("that is signed twice is signed wrongly", () =>
    withReceiver(({ inbox, port }) =>
      Effect.gen(function* () {
        const body = notification()
        const to = yield* Effect.promise(() => line(port))
        const post = bytesOf(signed(body))
          .toString()
          .replace("host:", `X-Hub-Signature: ${signatureOf(body)}\r\nhost:`)
        to.write(post)
        assert.strictEqual((yield* Effect.promise(() => to.answers(1)))[0]?.status, 401)
        assert.deepStrictEqual(inbox.accepted, [])
        to.cut()
      })
    )
  )

  it.live("that is signed and no Bundle is refused as such; every other is acknowledged", () =>
    withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        for (const [body, status] of [
          ["{resourceType: Bundle}", 400],
          ["", 400],
          ['{"resourceType":"OperationOutcome"}', 400],
          ['{"resourceType":"Bundle"}', 200],
          ['{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]}', 200],
          [notification(1, 0, "handshake"), 200],
          [notification(1, 0, "heartbeat"), 200],
          [notification().replaceAll("Appointment.check-in", "Appointment.create"), 200]
        ] as const) {
          assert.strictEqual((yield* ask(signed(body))).status, status, body)
        }
        assert.deepStrictEqual(
          inbox.accepted.map(({ events, unread }) => unread?.reason ?? events[0]?.keptBecause ?? "nothing"),
          ["nothing", "no-status", "nothing", "nothing", "unknown-topic"]
        )
        assert.match(inbox.accepted[1]?.unread?.digest ?? "", /^[0-9a-f]{64}$/)
        assert.deepStrictEqual(yield* Effect.forEach(["not-json", "not-a-bundle"], refusals), [2, 1])
      })
    )
  )

  it.live("over 1 MiB is refused, by the length that it says or by that which it has, and below it is not", () =>
    withReceiver(({ ask, inbox, port }) =>
      Effect.gen(function* () {
        const body = notification()
        const whole = body + " ".repeat(1_048_576 - body.length)
        assert.strictEqual((yield* ask(signed(whole))).status, 200)
        assert.strictEqual((yield* ask(signed(`${whole} `))).status, 413)
        const to = yield* Effect.promise(() => line(port))
        to.write(bytesOf({ headers: { "x-hub-signature": signatureOf(`${whole} `), "transfer-encoding": "chunked" } }))
        to.write(`100001\r\n${whole} \r\n0\r\n\r\n`)
        assert.strictEqual((yield* Effect.promise(() => to.answers(1)))[0]?.status, 413)
        // What was sent is read and thrown away, and the connection is as good as before.
        to.write(bytesOf(signed(body)))
        assert.strictEqual((yield* Effect.promise(() => to.answers(2)))[1]?.status, 200)
        assert.strictEqual(inbox.accepted.length, 2)
        assert.strictEqual(yield* refusals("too-large"), 2)
        to.cut()
      })
    )
  )

  it.live("is taken by POST at its path alone", () =>
    withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        const post = signed(notification())
        for (const method of ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]) {
          const answer = yield* ask({ ...post, method })
          assert.strictEqual(answer.status, 405)
          assert.include(answer.headers, "allow: post")
        }
        for (const path of [
          "/",
          "/webhooks",
          "/webhooks/athenahealth/",
          "/WEBHOOKS/athenahealth",
          "/webhooks/athenahealth%00",
          "*"
        ]) {
          assert.strictEqual((yield* ask({ ...post, path })).status, 404)
        }
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )
})

describe("an inbox that cannot commit", () => {
  const busy = (reason: "full" | "not-committed") => () => Effect.fail(new InboxBusy({ reason }))

  it.live("is answered for with 503 and a time to come again, and acknowledges nothing", () =>
    withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        for (const reason of ["full", "not-committed"] as const) {
          inbox.behave(busy(reason))
          const answer = yield* ask(signed(notification()))
          assert.strictEqual(answer.status, 503)
          assert.include(answer.headers, "retry-after: 5")
          assert.strictEqual(yield* refusals(reason), 1)
        }
        inbox.behave(inbox.keep)
        assert.strictEqual((yield* ask(signed(notification()))).status, 200)
      })
    )
  )

  it.live("in time is answered for when the time is over, and what comes too late is not told", () =>
    withReceiver(
      ({ ask, inbox }) =>
        Effect.gen(function* () {
          let wasLeft = false
          inbox.behave(() =>
            Effect.onInterrupt(Effect.never, () =>
              Effect.sync(() => {
                wasLeft = true
              })
            )
          )
          const startedAt = performance.now()
          const answer = yield* ask(signed(notification()))
          assert.strictEqual(answer.status, 503)
          assert.isAtLeast(performance.now() - startedAt, 95)
          assert.strictEqual(yield* refusals("late"), 1)
          assert.isTrue(wasLeft)
        }),
      { patienceMilliseconds: 100 }
    )
  )

  it.live("because of a mistake in it says so in the log, without what was in the notification", () => {
    const lines: Array<unknown> = []
    return withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        inbox.behave(() => Effect.die(new Error("broken")))
        assert.strictEqual((yield* ask(signed(notification()))).status, 503)
        inbox.behave(() => {
          throw new TypeError("broken as well")
        })
        assert.strictEqual((yield* ask(signed(notification()))).status, 503)
        assert.strictEqual(yield* refusals("failed"), 2)
        assert.strictEqual(lines.length, 2)
        const { find } = makeLeakFinder(["jquillfeather", "60178", secret])
        assert.deepStrictEqual(find("log", printed(lines)), [])
      })
    ).pipe(Effect.provide(Logger.layer([Logger.make(({ cause, message }) => void lines.push([message, cause]))])))
  })

  it.live("is not waited for by others", () =>
    withReceiver(
      ({ ask, inbox, port }) =>
        Effect.gen(function* () {
          const kept = inbox.keep
          let isFirst = true
          inbox.behave((received) => {
            if (!isFirst) return kept(received)
            isFirst = false
            return Effect.never
          })
          const to = yield* Effect.promise(() => line(port))
          to.write(bytesOf(signed(notification())))
          yield* Effect.suspend(() => (isFirst ? Effect.fail("not yet") : Effect.void)).pipe(Effect.eventually)
          assert.strictEqual((yield* ask(signed(notification(2)))).status, 200)
          to.cut()
        }),
      { patienceMilliseconds: 60_000 }
    )
  )
})

describe("an address that sends what does not verify", () => {
  const body = notification()
  const forged = { body, headers: { "x-hub-signature": signatureOf(body, "not the secret") } }

  it.live("is told so and then is told that it is too much; what verifies comes through", () =>
    withReceiver(
      ({ ask, inbox }) =>
        Effect.gen(function* () {
          const statuses: Array<number> = []
          for (const post of [forged, { body }, forged, { body }, forged, signed(body)]) {
            statuses.push((yield* ask(post)).status)
          }
          assert.deepStrictEqual(statuses, [401, 401, 401, 429, 429, 200])
          assert.match((yield* ask(forged)).headers, /retry-after: \d{1,2}\r/)
          assert.strictEqual(inbox.accepted.length, 1)
          assert.strictEqual(yield* refusals("limited"), 3)
        }),
      { unverifiedPerMinute: 3 }
    )
  )

  it.live("is the one that a trusted proxy names, and no other's word counts", () => {
    const from = (address: string): Post => ({ ...forged, headers: { ...forged.headers, "x-forwarded-for": address } })
    const run = (proxies: string) =>
      withReceiver(
        ({ ask }) =>
          Effect.forEach(["192.0.2.1", "192.0.2.2", "192.0.2.1", "198.51.100.7, 192.0.2.2"], (address) =>
            Effect.map(ask(from(address)), ({ status }) => status)
          ),
        { unverifiedPerMinute: 1, trustedProxies: trustedProxies(proxies) ?? [] }
      )
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* run("127.0.0.0/8"), [401, 401, 429, 429])
      assert.deepStrictEqual(yield* run("10.0.0.0/8"), [401, 429, 429, 429])
    })
  })
})

describe("the metrics", () => {
  it.live("tell how long acknowledgements took, and what was acknowledged", () =>
    withReceiver(({ ask, inbox }) =>
      Effect.gen(function* () {
        for (let n = 0; n < 3; n++) yield* ask(signed(notification(n)))
        yield* ask(signed(notification(1, 0, "heartbeat")))
        yield* ask(signed(notification(1, 2).replace('"eventsInNotification": 2', '"eventsInNotification": 5')))
        inbox.behave(() => Effect.fail(new InboxBusy({ reason: "full" })))
        yield* ask(signed(notification()))
        const metrics = yield* Metric.snapshot
        const of = (id: string) =>
          metrics
            .filter((metric) => metric.id === id)
            .map(({ attributes, state }) => [Object.values(attributes ?? {})[0], state])
        assert.deepStrictEqual(
          of("athena_webhook_acknowledgement_seconds").map(([outcome, state]) => [
            outcome,
            (state as { readonly count: number }).count
          ]),
          [
            ["committed", 5],
            ["busy", 1]
          ]
        )
        assert.deepStrictEqual(
          of("athena_webhook_notifications_total").map(([kind, state]) => [
            kind,
            (state as { readonly count: number }).count
          ]),
          [
            ["events", 4],
            ["heartbeat", 1]
          ]
        )
        assert.deepInclude(of("athena_webhook_unread_events_total")[0]?.[1], { count: 3 })
        assert.deepStrictEqual(makeLeakFinder(["jquill", "60178", "127.0.0.1"]).find("metrics", printed(metrics)), [])
      })
    )
  )
})
