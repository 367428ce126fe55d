/** Clients that are slow, half there, or send what is no HTTP, written byte by byte. */
import { request as httpRequest } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { trustedProxies } from "../../src/addresses/TrustedProxies.ts"
import type { ReceiverOptions } from "../../src/receive/Receiver.ts"
import type { ConnectionLimits } from "../../src/server/connectionLimits.ts"
import { WebServer, WebServerFailed, type WebServerOptions } from "../../src/server/WebServer.ts"
import { notification, signatureOf } from "../support/notification.ts"
import { cuts, memoryInbox, refusals, serving } from "../support/serving.ts"
import { answersIn, ask, bytesOf, type Line, line, type Post } from "../support/wire.ts"

const body = notification()
const signed: Post = { body, headers: { "x-hub-signature": signatureOf(body) } }
const head = "POST /webhooks/athenahealth HTTP/1.1\r\nhost: receiver.test\r\n"

/** Times so short that a test need not wait; nothing in them races, since who is to be cut does nothing at all. */
const short: Partial<ConnectionLimits> = {
  headersMilliseconds: 300,
  requestMilliseconds: 600,
  checkMilliseconds: 30,
  idleMilliseconds: 300
}

const withServer = <A, E>(
  test: (context: {
    readonly inbox: ReturnType<typeof memoryInbox>
    readonly port: number
    readonly open: Effect.Effect<Line>
    readonly connections: Effect.Effect<number>
  }) => Effect.Effect<A, E, WebServer>,
  server: WebServerOptions = {},
  receiver: Partial<ReceiverOptions> = {}
) => {
  const inbox = memoryInbox()
  return Effect.gen(function* () {
    const { connections, port } = yield* WebServer
    const result = yield* test({ inbox, port, connections, open: Effect.promise(() => line(port)) })
    // Whatever was done to it, it goes on.
    assert.strictEqual((yield* Effect.promise(() => ask(port, signed))).status, 200)
    return result
  }).pipe(Effect.provide(serving(inbox, { server: { drainWithin: "100 millis", ...server }, receiver })))
}

const until = (condition: Effect.Effect<boolean, never, never>) =>
  Effect.eventually(Effect.flatMap(condition, (isSo) => (isSo ? Effect.void : Effect.fail("not yet"))))

const closedAfter = (to: Line) => Effect.promise(() => to.closed)
const answersOf = (to: Line, count: number) => Effect.promise(() => to.answers(count))

describe("a client that is slow", () => {
  it.live("with its headers is cut off, though it sends one now and then", () =>
    withServer(
      ({ inbox, open }) =>
        Effect.gen(function* () {
          const to = yield* open
          to.write(head)
          const drip = yield* Effect.forkChild(
            Effect.forever(
              Effect.delay(
                Effect.sync(() => to.write("x: y\r\n")),
                "20 millis"
              )
            )
          )
          const text = yield* closedAfter(to)
          yield* Fiber.interrupt(drip)
          assert.deepStrictEqual(
            answersIn(text).map(({ status }) => status),
            [408]
          )
          assert.strictEqual(yield* cuts("slow"), 1)
          assert.deepStrictEqual(inbox.accepted, [])
        }),
      { limits: short }
    )
  )

  it.live("with its body is cut off, and nothing of it is kept", () =>
    withServer(
      ({ inbox, open }) =>
        Effect.gen(function* () {
          const to = yield* open
          to.write(bytesOf({ ...signed, headers: { ...signed.headers, "content-length": String(body.length + 1000) } }))
          const drip = yield* Effect.forkChild(
            Effect.forever(
              Effect.delay(
                Effect.sync(() => to.write(" ")),
                "20 millis"
              )
            )
          )
          const text = yield* closedAfter(to)
          yield* Fiber.interrupt(drip)
          assert.deepStrictEqual(
            answersIn(text).map(({ status }) => status),
            [408]
          )
          yield* until(Effect.map(refusals("gone"), (count) => count === 1))
          assert.deepStrictEqual(inbox.accepted, [])
        }),
      { limits: short }
    )
  )

  it.live("and says nothing at all is cut off, and so is one that says nothing more", () =>
    withServer(
      ({ connections, open }) =>
        Effect.gen(function* () {
          const silent = yield* open
          const idle = yield* open
          idle.write(bytesOf(signed))
          yield* answersOf(idle, 1)
          yield* closedAfter(silent)
          yield* closedAfter(idle)
          yield* until(Effect.map(connections, (count) => count === 0))
        }),
      { limits: short }
    )
  )
})

describe("a client that is half there", () => {
  it.live("and ends its side behind a whole request is answered", () =>
    withServer(({ open }) =>
      Effect.gen(function* () {
        const to = yield* open
        to.write(bytesOf(signed))
        to.half()
        assert.deepStrictEqual(
          answersIn(yield* closedAfter(to)).map(({ status }) => status),
          [200]
        )
      })
    )
  )

  it.live("and ends its side within a request is cut off", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        for (const part of [head, bytesOf(signed).subarray(0, 400)]) {
          const to = yield* open
          to.write(part)
          to.half()
          const statuses = answersIn(yield* closedAfter(to)).map(({ status }) => status)
          assert.deepStrictEqual(statuses, [400])
        }
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )

  it.live("and resets the connection leaves nothing behind", () =>
    withServer(({ connections, inbox, open }) =>
      Effect.gen(function* () {
        for (const part of ["", head, bytesOf(signed).subarray(0, 400)]) {
          const to = yield* open
          to.write(part)
          yield* until(Effect.map(connections, (count) => count === 1))
          to.cut()
          yield* until(Effect.map(connections, (count) => count === 0))
        }
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )

  it.live("and leaves before its answer is counted as acknowledged, since it is committed", () =>
    withServer(({ connections, inbox, open }) =>
      Effect.gen(function* () {
        const asked = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        inbox.behave((received) =>
          Effect.andThen(Deferred.succeed(asked, undefined), Effect.andThen(Deferred.await(goOn), inbox.keep(received)))
        )
        const to = yield* open
        to.write(bytesOf(signed))
        yield* Deferred.await(asked)
        to.cut()
        yield* until(Effect.map(connections, (count) => count === 0))
        yield* Deferred.succeed(goOn, undefined)
        yield* until(Effect.sync(() => inbox.accepted.length === 1))
      })
    )
  )
})

describe("several requests on one connection", () => {
  it.live("are answered in their order, those that are refused too", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        const to = yield* open
        const forged = { body, headers: { "x-hub-signature": signatureOf(`${body}.`) } }
        to.write(Buffer.concat([signed, forged, { body }, { ...signed, path: "/x" }, signed].map(bytesOf)))
        const answers = yield* answersOf(to, 5)
        assert.deepStrictEqual(
          answers.map(({ status }) => status),
          [200, 401, 401, 404, 200]
        )
        assert.strictEqual(inbox.accepted.length, 2)
        to.cut()
      })
    )
  )

  it.live("are so many; the connection is closed with the last", () =>
    withServer(
      ({ open }) =>
        Effect.gen(function* () {
          const to = yield* open
          to.write(bytesOf(signed))
          yield* answersOf(to, 1)
          to.write(bytesOf(signed))
          const [, last] = answersIn(yield* closedAfter(to))
          assert.strictEqual(last?.status, 200)
          assert.include(last?.headers, "connection: close")
        }),
      { limits: { requestsPerConnection: 2 } }
    )
  )
})

describe("a request whose length", () => {
  const lies: ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> = [
    ["is said twice", { "content-length": `${body.length}, ${body.length + 1}` }],
    ["is below zero", { "content-length": "-1" }],
    ["is no number", { "content-length": "0x10" }],
    ["is beyond all numbers", { "content-length": "9".repeat(40) }],
    ["is said, and in chunks as well", { "content-length": "5", "transfer-encoding": "chunked" }],
    ["is in an encoding that nobody knows", { "transfer-encoding": "identity, chunked, x" }]
  ]

  it.live.each(lies)("%s is no request", ([, told]) =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        const to = yield* open
        to.write(bytesOf({ ...signed, headers: { ...signed.headers, ...told } }))
        const statuses = answersIn(yield* closedAfter(to)).map(({ status }) => status)
        assert.deepStrictEqual(statuses, [400])
        assert.deepStrictEqual(inbox.accepted, [])
        assert.strictEqual(yield* cuts("unparseable"), 1)
      })
    )
  )

  it.live("is said too short is signed wrongly, and what follows is no request", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        const to = yield* open
        to.write(bytesOf({ ...signed, headers: { ...signed.headers, "content-length": String(body.length - 5) } }))
        const statuses = answersIn(yield* closedAfter(to)).map(({ status }) => status)
        assert.includeMembers([400, 401], statuses)
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )

  it.live("is in chunks that are none, or have no end of extensions, is no request", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        const chunked = bytesOf({ headers: { ...signed.headers, "transfer-encoding": "chunked" } })
        for (const [chunk, statuses] of [
          ["zz\r\n", [400]],
          [`5;${"x".repeat(100_000)}\r\n`, [413]],
          ["ffffffffffffffffff\r\n", [400]]
        ] as const) {
          const to = yield* open
          to.write(chunked)
          to.write(chunk)
          assert.deepStrictEqual(
            answersIn(yield* closedAfter(to)).map(({ status }) => status),
            [...statuses]
          )
        }
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )

  it.live("is without end is answered at the limit, and cut off soon after", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        const to = yield* open
        to.write(bytesOf({ headers: { ...signed.headers, "transfer-encoding": "chunked" } }))
        const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`
        const flood = yield* Effect.forkChild(
          Effect.forever(
            Effect.callback<void>(
              (resume) => void to.socket.write(chunk, () => setImmediate(() => resume(Effect.void)))
            )
          )
        )
        const text = yield* closedAfter(to)
        yield* Fiber.interrupt(flood)
        assert.deepStrictEqual(
          answersIn(text).map(({ status }) => status),
          [413]
        )
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )
})

describe("Expect: 100-continue", () => {
  const expecting = (post: Post): Post => ({ ...post, headers: { ...post.headers, expect: "100-continue" } })
  const headOf = (post: Post) => {
    const bytes = bytesOf(expecting(post))
    return bytes.subarray(0, bytes.indexOf("\r\n\r\n") + 4)
  }

  it.live("is told to go on where the body is wanted", () =>
    withServer(({ open }) =>
      Effect.gen(function* () {
        const to = yield* open
        to.write(headOf(signed))
        assert.deepStrictEqual(
          (yield* answersOf(to, 1)).map(({ status }) => status),
          [100]
        )
        to.write(body)
        assert.deepStrictEqual(
          (yield* answersOf(to, 2)).map(({ status }) => status),
          [100, 200]
        )
        to.cut()
      })
    )
  )

  it.live("is refused without the body where it is not", () =>
    withServer(({ open }) =>
      Effect.gen(function* () {
        for (const [post, status] of [
          [{ body }, 401],
          [{ ...signed, headers: { ...signed.headers, "content-length": "1048577" } }, 413],
          [{ ...signed, path: "/" }, 404],
          [{ ...signed, method: "PUT" }, 405]
        ] as const) {
          const to = yield* open
          to.write(headOf(post))
          assert.deepStrictEqual(
            answersIn(yield* closedAfter(to)).map((answer) => answer.status),
            [status]
          )
        }
      })
    )
  )

  it.live("of anything else is refused", () =>
    withServer(({ open }) =>
      Effect.gen(function* () {
        const to = yield* open
        to.write(bytesOf({ ...signed, headers: { ...signed.headers, expect: "the-unexpected" } }))
        assert.deepStrictEqual(
          (yield* answersOf(to, 1)).map(({ status }) => status),
          [417]
        )
        to.cut()
      })
    )
  )
})

describe("what is not quite HTTP", () => {
  it.live("is answered as such, and the connection closed", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        for (const [text, status] of [
          ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
          ["GET\r\n\r\n", 400],
          ["POST /webhooks/athenahealth HTTP/9.9\r\n\r\n", 400],
          ["POST /webhooks/athenahealth HTTP/1.1\r\n\r\n", 400],
          [`${head}bad header\r\n\r\n`, 400],
          [`${head}x: a\rb\r\n\r\n`, 400],
          [`${head}x: a\0b\r\n\r\n`, 400],
          [`${head} folded: y\r\n\r\n`, 400],
          [`${head}${"x: y\r\n".repeat(5000)}\r\n`, 431],
          [`${head}x: ${"y".repeat(20_000)}\r\n\r\n`, 431],
          [`POST /${"y".repeat(20_000)} HTTP/1.1\r\n\r\n`, 431],
          ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400]
        ] as const) {
          const to = yield* open
          to.write(Buffer.from(text, "latin1"))
          assert.deepStrictEqual(
            answersIn(yield* closedAfter(to)).map((answer) => answer.status),
            [status],
            JSON.stringify(text.slice(0, 80))
          )
        }
        assert.strictEqual(yield* cuts("headers"), 3)
        assert.deepStrictEqual(inbox.accepted, [])
      })
    )
  )

  it.live("such as another protocol or a tunnel is not gone over to", () =>
    withServer(({ inbox, open }) =>
      Effect.gen(function* () {
        const to = yield* open
        const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-key": "x", "http2-settings": "" }
        to.write(bytesOf({ ...signed, headers: { ...signed.headers, ...upgrade } }))
        assert.deepStrictEqual(
          (yield* answersOf(to, 1)).map(({ status }) => status),
          [200]
        )
        assert.strictEqual(inbox.accepted.length, 1)
        to.cut()
        const tunnel = yield* open
        tunnel.write("CONNECT receiver.test:443 HTTP/1.1\r\nhost: receiver.test\r\n\r\n")
        assert.strictEqual(yield* closedAfter(tunnel), "")
      })
    )
  )
})

describe("connections", () => {
  it.live("over the limit are cut, and when some are gone others may come", () =>
    withServer(
      ({ connections, open }) =>
        Effect.gen(function* () {
          const kept = yield* Effect.all([open, open, open])
          for (const to of kept) to.write(head)
          yield* until(Effect.map(connections, (count) => count === 3))
          const fourth = yield* open
          assert.strictEqual(yield* closedAfter(fourth), "")
          yield* until(Effect.map(cuts("too-many"), (count) => count === 1))
          for (const to of kept) to.cut()
          yield* until(Effect.map(connections, (count) => count === 0))
        }),
      { limits: { connections: 3 } }
    )
  )

  it.live("that are idle make room where they become too many", () =>
    withServer(
      ({ connections, open }) =>
        Effect.gen(function* () {
          const idle = yield* Effect.all(Array.from({ length: 8 }, () => open))
          for (const to of idle) to.write(bytesOf(signed))
          for (const to of idle) yield* answersOf(to, 1)
          const busy = yield* Effect.all([open, open])
          for (const to of busy) to.write(head)
          yield* until(Effect.map(connections, (count) => count === 2))
          for (const to of busy) to.cut()
          yield* until(Effect.map(connections, (count) => count === 0))
        }),
      { limits: { connections: 10 } }
    )
  )

  it.live("of one address over its limit are cut, unless it is a trusted proxy", () => {
    const limits = { connectionsPerAddress: 2 }
    const run = (server: WebServerOptions, expected: number) =>
      withServer(
        ({ connections, open }) =>
          Effect.gen(function* () {
            const all = yield* Effect.all([open, open, open])
            yield* until(Effect.map(connections, (count) => count === expected))
            assert.strictEqual(yield* cuts("too-many-of-address"), 3 - expected)
            for (const to of all) to.socket.destroy()
            yield* until(Effect.map(connections, (count) => count === 0))
          }),
        { limits, ...server }
      )
    return Effect.andThen(run({}, 2), run({ trustedProxies: trustedProxies("127.0.0.1") ?? [] }, 3))
  })
})

describe("a server that ends", () => {
  it.live("accepts nobody any more, finishes what it has, and says that it closes", () => {
    const inbox = memoryInbox()
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(serving(inbox, { server: { drainWithin: "20 seconds" } }), scope)
      const { connections, port } = yield* Effect.provide(Effect.service(WebServer), context)
      const asked = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      inbox.behave((received) =>
        Effect.andThen(Deferred.succeed(asked, undefined), Effect.andThen(Deferred.await(goOn), inbox.keep(received)))
      )
      const idle = yield* Effect.promise(() => line(port))
      const busy = yield* Effect.promise(() => line(port))
      busy.write(bytesOf(signed))
      yield* Deferred.await(asked)
      const ending = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      assert.strictEqual(yield* closedAfter(idle), "")
      const late = yield* Effect.exit(Effect.tryPromise(() => line(port)))
      assert.isTrue(Exit.isFailure(late))
      yield* Deferred.succeed(goOn, undefined)
      const answers = answersIn(yield* closedAfter(busy))
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        [200]
      )
      assert.include(answers[0]?.headers, "connection: close")
      yield* Fiber.join(ending)
      assert.strictEqual(yield* connections, 0)
    })
  })

  it.live("cuts what does not finish in time", () => {
    const inbox = memoryInbox()
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(serving(inbox, { server: { drainWithin: "50 millis" } }), scope)
      const { port } = yield* Effect.provide(Effect.service(WebServer), context)
      const to = yield* Effect.promise(() => line(port))
      to.write(head)
      yield* Effect.promise(
        () =>
          new Promise<void>((resolve) => {
            httpRequest({ port, path: "/", method: "GET" }, () => resolve()).end()
          })
      )
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* closedAfter(to), "")
    })
  })

  it.live("could not begin where another listens", () =>
    withServer(({ port }) =>
      Effect.gen(function* () {
        const second = Effect.provide(Effect.service(WebServer), serving(memoryInbox(), { server: { port } }))
        const failure = yield* Effect.flip(Effect.scoped(second))
        assert.instanceOf(failure, WebServerFailed)
        assert.include(failure.message, `127.0.0.1:${port} (EADDRINUSE)`)
      })
    )
  )
})
