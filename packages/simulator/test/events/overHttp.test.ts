import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { hmacOf, subscriber } from "../support/subscribing.ts"

interface Received {
  readonly method: string | undefined
  readonly headers: IncomingMessage["headers"]
  readonly body: Buffer
}

/** A subscriber on a loopback port that answers with each status in turn, and then with 200. */
const listening = (statuses: Array<number> = []) =>
  Effect.acquireRelease(
    Effect.callback<{ url: string; received: Array<Received>; close: () => void }>((resume) => {
      const received: Array<Received> = []
      const server = createServer((incoming, outgoing) => {
        const chunks: Array<Buffer> = []
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("end", () => {
          received.push({ method: incoming.method, headers: incoming.headers, body: Buffer.concat(chunks) })
          const status = statuses.shift() ?? 200
          // What a redirect leads to must not be asked.
          outgoing.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end()
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        const close = () => {
          server.close()
          server.closeAllConnections()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}/webhooks?app=1`, received, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const simulator = Simulator.layer({ isClockStopped: true })

describe("a notification over HTTP", () => {
  it.live("arrives with the bytes that were signed, and with no header of tracing", () =>
    Effect.gen(function* () {
      const { received, url } = yield* listening([302, 500])
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Appointment.check-in", endpoint: url })
      const { advance, fireEvent, notifications } = yield* Simulator
      yield* Effect.withSpan(fireEvent({ practiceId: "195900", topic: "Appointment.check-in" }), "traced")
      yield* advance("1 minute")
      assert.strictEqual(received.length, 3)
      for (const { body, headers, method } of received) {
        assert.strictEqual(method, "POST")
        assert.strictEqual(headers["content-type"], "application/fhir+json")
        assert.strictEqual(headers["x-hub-signature"], hmacOf(body))
        assert.strictEqual(headers["content-length"], String(body.length))
        assert.isUndefined(headers["traceparent"])
        assert.isUndefined(headers["b3"])
        assert.isTrue(body.toString().endsWith("} \n"))
      }
      assert.deepStrictEqual(received[2]?.body, received[0]?.body)
      assert.deepStrictEqual(
        (yield* notifications)[0]?.attempts.map(({ outcome }) => outcome),
        [302, 500, 200]
      )
    }).pipe(Effect.scoped, Effect.provide(simulator))
  )

  it.live("is tried again when nobody listens, as long as its plan says", () =>
    Effect.gen(function* () {
      const gone = yield* listening()
      gone.close()
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Order.deny", endpoint: gone.url })
      const { advance, fireEvent, notifications, setNotificationPlan } = yield* Simulator
      yield* setNotificationPlan({ retries: { firstSeconds: 5, forSeconds: 20 } })
      yield* fireEvent({ practiceId: "195900", topic: "Order.deny" })
      yield* advance("1 minute")
      const [report] = yield* notifications
      assert.deepStrictEqual(
        report?.attempts.map(({ outcome }) => outcome),
        ["unreachable", "unreachable", "unreachable"]
      )
      assert.strictEqual(report?.state, "dead")
    }).pipe(Effect.scoped, Effect.provide(simulator))
  )
})
