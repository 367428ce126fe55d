import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { SimulatorHttpClient } from "@athena-engine/simulator/memory/SimulatorHttpClient"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Option } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { june } from "../support/asking.ts"

const booked = `/v1/195900/appointments/booked?${june}&showcancelled=true`

const signIn = Effect.fnUntraced(function* (origin: string) {
  const client = yield* HttpClient.HttpClient
  const response = yield* HttpClientRequest.post(`${origin}/oauth2/v1/token`).pipe(
    HttpClientRequest.basicAuth("simulator", "simulator-secret"),
    HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials", scope: "athena/service/Athenanet.MDP.*" }),
    client.execute
  )
  const { access_token } = (yield* response.json) as { readonly access_token: string }
  return (path: string) =>
    client.execute(HttpClientRequest.bearerToken(HttpClientRequest.get(origin + path), access_token))
})

type Environment = Simulator | SimulatorServer | HttpClient.HttpClient

/** The same promises in memory and over a socket. */
const suite = <E>(name: string, environment: Layer.Layer<Environment, E>) =>
  describe(`the simulator ${name}`, () => {
    const run = <A, F>(effect: Effect.Effect<A, F, Environment>) => Effect.provide(effect, environment)
    const at = Effect.map(SimulatorServer, ({ origin }) => origin)

    it.live("answers the token and a page, headers and all", () =>
      run(
        Effect.gen(function* () {
          const read = yield* signIn(yield* at)
          const response = yield* read(booked)
          assert.strictEqual(response.status, 200)
          assert.strictEqual(response.headers["cneonction"], "close")
          const body = (yield* response.json) as { readonly appointments: ReadonlyArray<unknown> }
          assert.strictEqual(body.appointments.length, 500)
          const refused = yield* read("/v1/195903/ping")
          assert.strictEqual(refused.status, 401)
          assert.isTrue((yield* refused.text).startsWith("\n\n{"))
        })
      )
    )

    it.live("resets, breaks off within the body, cuts bodies short and hangs", () =>
      run(
        Effect.gen(function* () {
          const simulator = yield* Simulator
          const read = yield* signIn(yield* at)
          yield* simulator.setFaults({ rules: [{ fault: { kind: "reset" } }] })
          const reset = yield* Effect.flip(read(booked))
          assert.strictEqual(reset.reason._tag, "TransportError")
          for (const fault of [
            { kind: "resetMidBody", after: 0.5 },
            { kind: "closeMidBody", after: 0.5 },
            { kind: "closeMidBody", after: 0.5, chunked: true }
          ] as const) {
            yield* simulator.setFaults({ rules: [{ fault }] })
            const broken = yield* Effect.exit(Effect.flatMap(read(booked), (response) => response.text))
            assert.isTrue(Exit.isFailure(broken) && Cause.hasFails(broken.cause))
          }
          yield* simulator.setFaults({ rules: [{ fault: { kind: "truncate", after: 0.5 } }] })
          const cut = yield* Effect.flatMap(read(booked), (response) => response.text)
          assert.isAbove(cut.length, 1000)
          assert.throws(() => JSON.parse(cut))
          yield* simulator.setFaults({ rules: [{ fault: { kind: "hang" } }] })
          assert.deepStrictEqual(yield* Effect.timeoutOption(read(booked), "100 millis"), Option.none())
          yield* simulator.setFaults({ rules: [] })
          assert.strictEqual((yield* read(booked)).status, 200)
        })
      )
    )

    it.live("counts what is in flight at once", () =>
      run(
        Effect.gen(function* () {
          const simulator = yield* Simulator
          const read = yield* signIn(yield* at)
          yield* simulator.resetStatistics
          yield* simulator.setFaults({ rules: [{ fault: { kind: "latency", milliseconds: 100 } }] })
          yield* Effect.all(
            Array.from({ length: 6 }, () => read("/v1/195900/ping")),
            { concurrency: 6 }
          )
          const { maxInFlight, practices } = yield* simulator.statistics
          assert.deepStrictEqual([maxInFlight, practices["195900"]?.maxInFlight], [6, 6])
        })
      )
    )

    it.live("is steered by its control routes, which refuse garbage with a reason", () =>
      run(
        Effect.gen(function* () {
          const client = yield* HttpClient.HttpClient
          const root = `${yield* at}/simulator`
          const send = (request: HttpClientRequest.HttpClientRequest, body: unknown) =>
            Effect.flatMap(client.execute(HttpClientRequest.bodyJsonUnsafe(request, body)), (response) =>
              Effect.map(response.text, (text) => ({ status: response.status, text }))
            )
          const faults = { rules: [{ match: { route: "ping" }, fault: { kind: "status", status: 503 } }] }
          assert.strictEqual((yield* send(HttpClientRequest.put(`${root}/faults`), faults)).status, 200)
          const read = yield* signIn(yield* at)
          assert.strictEqual((yield* read("/v1/195900/ping")).status, 503)
          assert.strictEqual((yield* client.execute(HttpClientRequest.delete(`${root}/faults`))).status, 200)
          const wrong = yield* send(HttpClientRequest.put(`${root}/faults`), {
            rules: [{ fault: { kind: "earthquake" } }]
          })
          assert.strictEqual(wrong.status, 400)
          assert.include(wrong.text, "fault")
          assert.strictEqual((yield* send(HttpClientRequest.put(`${root}/limits`), { practise: {} })).status, 400)
          assert.strictEqual(
            (yield* send(HttpClientRequest.put(`${root}/limits`), { practice: { requests: 9 } })).status,
            200
          )
          const lost = { kind: "cancel", practiceId: "195900", appointmentId: "5" }
          const refused = yield* send(HttpClientRequest.post(`${root}/mutations`), lost)
          assert.strictEqual(refused.status, 409)
          assert.include(refused.text, "no such appointment")
          const slot = yield* send(HttpClientRequest.post(`${root}/mutations`), {
            kind: "openSlot",
            practiceId: "195900"
          })
          assert.isString(JSON.parse(slot.text).appointmentId)
          const badDate = { kind: "openSlot", practiceId: "195900", date: "06/03/2019" }
          assert.include((yield* send(HttpClientRequest.post(`${root}/mutations`), badDate)).text, "2019-06-03")
          const text = (path: string) => Effect.flatMap(client.get(root + path), (response) => response.text)
          assert.include(yield* text("/"), "PUT    /simulator/faults")
          assert.strictEqual(JSON.parse(yield* text("/snapshot/195901")).practiceId, "195901")
          assert.isNumber(JSON.parse(yield* text("/statistics")).requests)
          assert.include(yield* text("/nothing"), "lists what there is")
        })
      )
    )
  })

// In memory there is no server, only an origin to write into URLs.
const noServer = Layer.succeed(SimulatorServer, { origin: SimulatorHttpClient.origin, port: 0 })

suite("in memory", Layer.merge(SimulatorTest.layerMemory(), noServer))
suite("on a socket", Layer.provideMerge(NodeHttpClient.layerUndici, SimulatorTest.layerServer()))

describe("the server", () => {
  it.live("says which port it could not have", () =>
    Effect.gen(function* () {
      const { port } = yield* SimulatorServer
      const second = SimulatorServer.layer({ port }).pipe(Layer.provide(Simulator.layer()))
      const error = yield* Effect.flip(Effect.provide(Effect.void, second))
      assert.include(error.message, `127.0.0.1:${port} (EADDRINUSE)`)
    }).pipe(Effect.provide(SimulatorTest.layerServer()))
  )

  it.live("ends the wait of a client that left", () =>
    Effect.gen(function* () {
      const { origin } = yield* SimulatorServer
      const simulator = yield* Simulator
      yield* simulator.setFaults({ rules: [{ fault: { kind: "latency", milliseconds: 60_000 } }] })
      const client = yield* HttpClient.HttpClient
      const fiber = yield* Effect.forkChild(client.get(`${origin}/v1/195900/ping`))
      yield* Effect.sleep("150 millis")
      yield* Fiber.interrupt(fiber)
      yield* Effect.sleep("100 millis")
      yield* simulator.setFaults({ rules: [] })
      yield* simulator.resetStatistics
      yield* client.get(`${origin}/v1/195900/ping`)
      assert.strictEqual((yield* simulator.statistics).maxInFlight, 1)
    }).pipe(Effect.provide(Layer.provideMerge(NodeHttpClient.layerUndici, SimulatorTest.layerServer())))
  )

  it.live(
    "starts by command, says where it listens, and stops on SIGTERM",
    () =>
      Effect.gen(function* () {
        const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))
        const child = spawn(process.execPath, [main, "--port", "0", "--volume", "40"], {
          stdio: ["ignore", "pipe", "inherit"]
        })
        const origin = yield* Effect.promise(
          () =>
            new Promise<string>((resolve) => {
              child.stdout.on("data", (chunk: Buffer) => {
                const found = /http:\/\/127\.0\.0\.1:\d+/.exec(chunk.toString())
                if (found !== null) resolve(found[0])
              })
            })
        )
        const snapshot = yield* Effect.promise(() => fetch(`${origin}/simulator/snapshot/195900`).then((r) => r.text()))
        assert.isAbove(JSON.parse(snapshot).appointments.length, 40)
        const code = yield* Effect.promise(
          () =>
            new Promise((resolve) => {
              child.on("exit", resolve)
              child.kill("SIGTERM")
            })
        )
        assert.include([0, 130, 143], code)
      }),
    // Loading the program takes seconds where others want the processor too.
    30_000
  )
})
