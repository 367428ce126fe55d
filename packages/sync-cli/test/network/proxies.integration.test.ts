import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { send } from "@athena-engine/athena-core/transport/send"
import { httpClient } from "@athena-engine/program/services/httpDispatcher"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { assert, layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { run as runProgram } from "../support/athenaSync.ts"
import { makeAuthority } from "../support/certificates.ts"
import { deadPort, makeProxy, tlsInFrontOf } from "../support/network.ts"
import { Shipped } from "../support/shipped.ts"
import * as World from "../support/worlds.ts"

/** The password of the proxy's login. */
const password = "Xq7secretwyvern"
/** A name that only the proxy can find. */
const hiddenHost = "athena.invalid"

interface Hospital {
  /** The port at which TLS is ended. */
  readonly port: number
  /** The file with the certificate of its authority. */
  readonly authority: string
}

/** The simulator behind TLS, with a certificate of an authority that this machine does not know. */
class HospitalTls extends Context.Service<HospitalTls, Hospital>()("sync-cli/test/network/HospitalTls") {
  static readonly layer = Layer.effect(
    HospitalTls,
    Effect.gen(function* () {
      const simulator = yield* SimulatorServer
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "athena-authority-"))),
        (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
      )
      const authority = yield* Effect.promise(makeAuthority)
      const identity = yield* Effect.promise(() => authority.identityOf(hiddenHost))
      writeFileSync(join(folder, "authority.pem"), authority.certificate)
      const port = yield* tlsInFrontOf(simulator.port, identity)
      return { port, authority: join(folder, "authority.pem") }
    })
  )
}

const world = Layer.mergeAll(HospitalTls.layer.pipe(Layer.provideMerge(World.layer())), Shipped.layer)

const day = ["appointments", "--from", "2019-06-03", "--to", "2019-06-03", "--json"]

/** Runs a sync against the simulator behind TLS. */
const sync = (host: string, more: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const { port } = yield* HospitalTls
    const environment = {
      ...(yield* World.environment),
      ATHENA_BASE_URL: `https://${host}:${port}`,
      ...more
    }
    const { code, stderr, stdout } = yield* runProgram(day, environment, yield* Shipped)
    const result = JSON.parse(stdout).results[0]
    const message: string = result.error?.message ?? ""
    assert.notInclude(stderr + stdout, password)
    assert.notInclude(message, "\n")
    return { code, stderr, status: result.status, requests: Number(result.requests), message }
  })

/** Sets the variable for a while; a process that is started would try again for half a minute. */
const proxyOfThisProcess = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.env["HTTPS_PROXY"]
      process.env["HTTPS_PROXY"] = url
      return before
    }),
    (before) =>
      Effect.sync(() => {
        if (before === undefined) delete process.env["HTTPS_PROXY"]
        else process.env["HTTPS_PROXY"] = before
      })
  )

layer(world, { excludeTestServices: true, timeout: 120_000 })("a hospital's network", (it) => {
  it.effect(
    "is gone through by its proxy, with its login, to a certificate of its own authority",
    () =>
      Effect.gen(function* () {
        const { authority, port } = yield* HospitalTls
        const proxy = yield* makeProxy({ login: `clinic:${password}` })
        const simulator = yield* Simulator
        yield* simulator.resetStatistics
        const { code, status, stderr } = yield* sync(hiddenHost, {
          HTTPS_PROXY: `http://clinic:${password}@127.0.0.1:${proxy.port}`,
          NO_PROXY: "example.org,localhost",
          NODE_EXTRA_CA_CERTS: authority
        })
        assert.deepStrictEqual([code, status], [0, "complete"], stderr)
        assert.isAbove(proxy.asked.length, 0)
        assert.deepStrictEqual([...new Set(proxy.asked)], [`${hiddenHost}:${port}`])
        assert.isAbove((yield* simulator.statistics).disclosures.length, 0)
      }),
    120_000
  )

  it.effect(
    "is gone around where NO_PROXY names the host",
    () =>
      Effect.gen(function* () {
        const { authority } = yield* HospitalTls
        const proxy = yield* makeProxy()
        const direct = yield* sync("127.0.0.1", {
          HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
          NO_PROXY: "127.0.0.1",
          NODE_EXTRA_CA_CERTS: authority
        })
        assert.deepStrictEqual([direct.code, proxy.asked], [0, []], direct.message)
      }),
    120_000
  )

  it.effect(
    "is told what to do about an unknown authority, through the proxy and without it, at the first attempt",
    () =>
      Effect.gen(function* () {
        const proxy = yield* makeProxy()
        for (const more of [{}, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }]) {
          const { code, message, status } = yield* sync("127.0.0.1", more)
          assert.deepStrictEqual([code, status], [1, "failed"])
          assert.match(message, /signed by an authority that this machine does not know \([A-Z_]+\)/)
          assert.match(message, /set NODE_EXTRA_CA_CERTS to a PEM file/)
        }
        assert.strictEqual(proxy.asked.length, 1)
      }),
    120_000
  )

  it.effect(
    "is told of a certificate for another host, which a proxy for http alone is not asked about",
    () =>
      Effect.gen(function* () {
        const { authority } = yield* HospitalTls
        const proxy = yield* makeProxy()
        const { code, message } = yield* sync("localhost", {
          HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
          NODE_EXTRA_CA_CERTS: authority
        })
        assert.deepStrictEqual([code, proxy.asked], [1, []])
        assert.match(message, /certificate is for another host name/)
      }),
    120_000
  )

  it.effect(
    "is told of a proxy that refuses the login, the host or the connection, and never its password",
    () =>
      Effect.gen(function* () {
        const wants = yield* makeProxy({ login: "clinic:another" })
        const forbids = yield* makeProxy({ refusesWith: 403 })
        const cases: ReadonlyArray<readonly [port: number, expected: RegExp]> = [
          [wants.port, /the proxy refused the credentials, or asks for some \(407\)\. Set HTTPS_PROXY/],
          [forbids.port, /the proxy refused to connect to athenahealth \(403\)/]
        ]
        for (const [port, expected] of cases) {
          const proxy = `http://clinic:${password}@127.0.0.1:${port}`
          const { code, message, requests, status } = yield* sync(hiddenHost, { HTTPS_PROXY: proxy })
          assert.deepStrictEqual([code, status], [1, "failed"])
          assert.match(message, expected)
          assert.strictEqual(requests, 0)
        }
        assert.deepStrictEqual([wants.asked.length, forbids.asked.length], [1, 1])
      }),
    120_000
  )

  it.effect("is told of a proxy that is down", () =>
    Effect.gen(function* () {
      yield* proxyOfThisProcess(`http://clinic:${password}@127.0.0.1:${yield* deadPort}`)
      const request = HttpClientRequest.get(`https://${hiddenHost}/v1/195900/ping`)
      const error = yield* Effect.flip(
        HttpClient.HttpClient.use((client) => send(client, request, Duration.seconds(20)))
      ).pipe(Effect.provide(httpClient(`https://${hiddenHost}`)))
      assert.match(error.message, /the proxy could not be connected to \(ECONNREFUSED\)\. Check HTTPS_PROXY/)
      assert.notInclude(inspect(error, { depth: 20 }), password)
    })
  )
})
