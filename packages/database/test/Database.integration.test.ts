import * as net from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Logger, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import * as Database from "../src/Database.ts"
import * as ServerVersion from "../src/ServerVersion.ts"
import { TestDatabase } from "../src/testing/TestDatabase.ts"

const secret = "s3cret-of-quimby"

const failure = (url: string) =>
  SqlClient.pipe(Effect.provide(Database.layer({ _tag: "Url", url: Redacted.make(url) })), Effect.flip)

/** A server that says `answer` to whatever comes first. */
const serverSaying = (answer: Uint8Array) =>
  Effect.acquireRelease(
    Effect.callback<net.Server>((resume) => {
      const server = net.createServer((socket) => {
        socket.on("error", () => {})
        socket.once("data", () => socket.end(answer))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return address !== null && typeof address === "object" ? address.port : 0
    })
  )

const errorResponse = (code: string, text: string): Uint8Array => {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`)
  const head = Buffer.alloc(5)
  head.write("E")
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

describe("Database", () => {
  it.live("connects by a URL to a socket, in UTC, under its name", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const session = Effect.flatMap(
        SqlClient,
        (sql) => sql`
          select current_setting('TimeZone') as zone, current_setting('application_name') as name,
            current_setting('statement_timeout') as patience`
      )
      for (const form of [url, url.replace("postgresql:///", "postgresql://postgres@/")]) {
        const rows = yield* Effect.provide(session, Database.layer({ _tag: "Url", url: Redacted.make(form) }))
        assert.deepStrictEqual(rows, [{ zone: "UTC", name: "athena-engine", patience: "10min" }])
      }
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.effect("takes DATABASE_URL, and without it the embedded database in .athena or ATHENA_DATA_DIR", () =>
    Effect.gen(function* () {
      const read = (environment: Record<string, string>) =>
        Database.config.parse(ConfigProvider.fromEnv({ env: environment }))
      assert.deepStrictEqual(yield* read({}), { _tag: "Embedded", dataDir: ".athena" })
      assert.deepStrictEqual(yield* read({ ATHENA_DATA_DIR: "/data", DATABASE_URL: "" }), {
        _tag: "Embedded",
        dataDir: "/data"
      })
      assert.strictEqual((yield* read({ DATABASE_URL: "postgresql://db/x", ATHENA_DATA_DIR: "/data" }))._tag, "Url")
    })
  )

  it.live("says which database is missing where", () =>
    Effect.gen(function* () {
      const { name, url } = yield* TestDatabase
      const error = yield* failure(url.replace(name, "nowhere"))
      assert.strictEqual(error.reason, "DatabaseMissing")
      assert.match(error.message, /no such database at \/tmp\/athena-pg-\S+ database nowhere\. Create it/)
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.live("says what refused, with host and port, and never the password or the server's words", () =>
    Effect.gen(function* () {
      for (const { code, reason } of [
        { code: "28P01", reason: "AuthenticationFailed" },
        { code: "3D000", reason: "DatabaseMissing" },
        { code: "53300", reason: "TooManyConnections" },
        { code: "08P01", reason: "Unreachable" },
        { code: "57P03", reason: "Unreachable" }
      ]) {
        const port = yield* serverSaying(errorResponse(code, `hint: ${secret}`))
        const error = yield* failure(`postgresql://quimby:${secret}@127.0.0.1:${port}/clinic`)
        assert.strictEqual(error.reason, reason)
        assert.include(error.message, `127.0.0.1:${port}/clinic`)
        assert.notInclude(JSON.stringify(error) + error.message + String(error.stack), secret)
        assert.isUndefined(error.cause)
      }
    }).pipe(Effect.scoped)
  )

  it.live("says that the server speaks no TLS when the URL demands it", () =>
    Effect.gen(function* () {
      const port = yield* serverSaying(Buffer.from("N"))
      const error = yield* failure(`postgresql://quimby:${secret}@127.0.0.1:${port}/clinic?sslmode=require`)
      assert.strictEqual(error.reason, "TlsFailed")
      const file = yield* failure(
        `postgresql://q:${secret}@127.0.0.1:${port}/clinic?sslmode=verify-full&sslrootcert=/nonexistent.pem`
      )
      assert.strictEqual(file.reason, "TlsFailed")
    }).pipe(Effect.scoped)
  )

  it.live("says that nothing answers there", () =>
    Effect.gen(function* () {
      const error = yield* failure(`postgresql://quimby:${secret}@127.0.0.1:1/clinic`)
      assert.strictEqual(
        error.message,
        "The database at 127.0.0.1:1/clinic can't be reached (ECONNREFUSED). See that it runs and that host and port are right."
      )
    })
  )

  it.live("warns once about a network without TLS, without the URL", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.layer([Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${message}`))])
      // An address kept for documentation: nothing ever answers.
      const url = `postgresql://quimby:${secret}@192.0.2.1/clinic?connect_timeout=1`
      yield* failure(url).pipe(Effect.provide(logger))
      yield* failure(`${url}&sslmode=require`).pipe(Effect.provide(logger))
      yield* failure(`postgresql://quimby:${secret}@127.0.0.1:1/clinic`).pipe(Effect.provide(logger))
      assert.deepStrictEqual(lines, ["Warn DATABASE_URL goes over a network without TLS; add sslmode=require to it"])
    })
  )

  it.effect("refuses a PostgreSQL older than 15 and names both versions", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ServerVersion.check({ number: 140_012, version: "14.12" }, "db:5432/clinic"))
      assert.strictEqual(error.reason, "VersionTooOld")
      assert.include(error.message, "The server at db:5432/clinic is PostgreSQL 14.12, and 15 or newer is needed")
      yield* ServerVersion.check({ number: 150_000, version: "15.0" }, "db:5432/clinic")
    })
  )

  it.effect("refuses what is no URL without repeating it", () =>
    Effect.gen(function* () {
      for (const url of [
        secret,
        `mysql://quimby:${secret}@db/x`,
        `postgresql://quimby:${secret}@a,b/x`,
        `postgresql://quimby:${secret}%zz@db/x`,
        `postgresql://quimby:${secret}@ss:w/rd@db/x`,
        `postgresql://quimby:${secret}@db/x?sslmode=${secret}`,
        `postgresql://quimby:${secret}%@[db/x`
      ]) {
        const error = yield* failure(url)
        assert.strictEqual(error.reason, "InvalidUrl", url)
        assert.notInclude(error.message, secret)
      }
    })
  )
})
