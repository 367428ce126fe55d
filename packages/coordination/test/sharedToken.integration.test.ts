/**
 * The access token of processes that share a database: one fetches it, and in clear it is in none of the tables, log lines and
 * spans.
 */
import { AccessTokens } from "@athena-engine/athena-core/auth/AccessTokens"
import { Connection } from "@athena-engine/athena-core/environment/Connection"
import * as SafeLogger from "@athena-engine/athena-core/observability/SafeLogger"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Option, Redacted, References, Tracer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { SqlClient } from "effect/sql/SqlClient"
import { coordinationMigrations } from "../src/migrations/CoordinationMigrations.ts"
import { key, process } from "./support/processes.ts"

const marker = "Kq9tokenwyvern"

const connection = Connection.layer({
  environment: "sandbox",
  origin: "https://athena.test",
  credentials: { clientId: "client", clientSecret: Redacted.make(`secret${marker}`) },
  scope: "athena/service/Athenanet.MDP.*"
})

/** A token endpoint that counts. */
const endpoint = () => {
  let asked = 0
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      asked += 1
      const body = JSON.stringify({ access_token: `${marker}${asked}`, expires_in: 3600 })
      return HttpClientResponse.fromWeb(request, new Response(body, { status: 200 }))
    })
  )
  return { layer: Layer.succeed(HttpClient.HttpClient, client), asked: () => asked }
}

const tokensOf = Effect.fnUntraced(function* (server: ReturnType<typeof endpoint>, keyring = Option.some(key())) {
  const stores = yield* process(keyring)
  const services = yield* Layer.build(
    Layer.fresh(AccessTokens.layerShared({ maxWait: Duration.seconds(5) })).pipe(
      Layer.provide(connection),
      Layer.provide(server.layer)
    )
  ).pipe(Effect.provideContext(stores))
  return Context.get(services, AccessTokens)
})

const tokenOf = (tokens: AccessTokens["Service"]) => Effect.map(tokens.current, ({ value }) => Redacted.value(value))

/** Every row of every table of the schema, as text. */
const allRows = Effect.gen(function* () {
  const sql = yield* SqlClient
  const tables = yield* sql<{ readonly name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'coordination'`
  const rows = yield* Effect.forEach(tables, ({ name }) =>
    sql.unsafe<{ readonly row: string }>(`select t::text as row from ${name} t`)
  )
  return rows.flat().map(({ row }) => row)
})

/** Log lines and spans of an effect, at every level. */
const watched = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const seen: Array<string> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const attribute = span.attribute.bind(span)
      seen.push(options.name)
      span.attribute = (name, value) => {
        seen.push(`${name} ${String(value)}`)
        attribute(name, value)
      }
      return span
    }
  })
  return effect.pipe(
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provideService(References.MinimumLogLevel, "All"),
    Effect.provide(SafeLogger.layer("json", (line) => seen.push(line))),
    Effect.as(seen)
  )
}

layer(TestDatabase.layer([coordinationMigrations]), { excludeTestServices: true })("the shared access token", (it) => {
  it.effect("is fetched once, replaced once when refused, and in clear nowhere", () =>
    Effect.gen(function* () {
      const server = endpoint()
      const seen = yield* watched(
        Effect.gen(function* () {
          const all = yield* Effect.forEach(Array.from({ length: 5 }), () => tokensOf(server))
          const values = yield* Effect.forEach(all, tokenOf, { concurrency: "unbounded" })
          assert.deepStrictEqual(new Set(values), new Set([`${marker}1`]))
          const replaced = yield* Effect.forEach(
            all,
            (tokens) => Effect.andThen(Effect.flatMap(tokens.current, tokens.invalidate), tokenOf(tokens)),
            { concurrency: "unbounded" }
          )
          assert.isAtMost(server.asked(), 3)
          assert.include(replaced, `${marker}2`)
        })
      )
      assert.isAbove(seen.length, 0)
      const rows = yield* allRows
      assert.isTrue(rows.some((row) => row.includes("athena.test/client/token/")))
      for (const text of [...rows, ...seen]) {
        assert.notInclude(text, marker)
        assert.notInclude(text, btoa(marker).slice(0, 12))
      }
    })
  )

  it.effect("is each process's own without a key, or with another one", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* sql`delete from coordination.cells`
      const server = endpoint()
      yield* tokenOf(yield* tokensOf(server, Option.none()))
      yield* tokenOf(yield* tokensOf(server, Option.none()))
      assert.strictEqual(server.asked(), 2)
      assert.deepStrictEqual(yield* sql`select from coordination.cells where name like '%/token%'`, [])
      yield* tokenOf(yield* tokensOf(server, Option.some(key(1))))
      yield* tokenOf(yield* tokensOf(server, Option.some(key(2))))
      assert.strictEqual(server.asked(), 4)
    })
  )

  it.effect("is still opened after a new key was put before the old one", () =>
    Effect.gen(function* () {
      const server = endpoint()
      const before = yield* tokenOf(yield* tokensOf(server, Option.some(key(3))))
      const rotated = Option.some([...key(4), ...key(3)] as const)
      assert.strictEqual(yield* tokenOf(yield* tokensOf(server, rotated)), before)
      assert.strictEqual(server.asked(), 1)
    })
  )
})
