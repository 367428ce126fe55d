/** Copies of `athena-webhooks` that come and go: what is acknowledged is there, and nobody is refused but with 503. */
import { randomUUID } from "node:crypto"
import { TestServer } from "@athena-engine/database/testing/TestServer"
import { migrations } from "@athena-engine/program/services/database"
import { assert, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { environment, type Running, running, statusOf, until, world } from "./support/athenaWebhooks.ts"
import { notification, secret, signatureOf } from "./support/notification.ts"

const live = { excludeTestServices: true, timeout: 180_000 } as const

const ready = async (server: Running) => {
  const port = await server.port
  await until(async () => (await statusOf(port, "/health/ready")) === 200)
  return port
}

/** One attempt: its status, 0 where the connection was refused or cut. */
const post = (port: number, body: string): Promise<number> =>
  fetch(`http://127.0.0.1:${port}/webhooks/athenahealth`, {
    method: "POST",
    body,
    headers: { "x-hub-signature": signatureOf(body), "content-type": "application/fhir+json" }
  }).then(
    ({ status }) => status,
    () => 0
  )

/** What the vendor does, faster: sends to the next copy, and again, until one says 200. Answers every status on the way. */
const sendUntilTaken = async (ports: () => ReadonlyArray<number>, body: string, turn: number) => {
  const statuses: Array<number> = []
  for (let attempt = 0; statuses.at(-1) !== 200; attempt++) {
    const there = ports()
    const status = await post(there[(turn + attempt) % there.length] ?? 0, body)
    statuses.push(status)
    if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return statuses
}

layer(world(), live)("two copies on one database", (it) => {
  it.effect(
    "are restarted one after the other under load: nothing is lost, and nothing but 503 and no answer is seen",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const variables = yield* environment
        const one = yield* running(variables)
        const two = yield* running(variables)
        const three = yield* running(variables)
        const ports = yield* Effect.promise(() => Promise.all([one, two, three].map(ready)))
        let there: ReadonlyArray<number> = ports.slice(0, 2)

        const seen: Array<number> = []
        let sent = 0
        let isOver = false
        const sender = async (turn: number) => {
          while (!isOver) {
            const body = notification(++sent * 10, 2).replaceAll("a-195900.E-60178", `a-195900.E-${60_000 + turn}`)
            seen.push(...(await sendUntilTaken(() => there, body, turn)))
          }
        }
        const restarted = async () => {
          await until(async () => seen.length > 40)
          // Its senders find out by themselves.
          one.kill("SIGTERM")
          const first = await one.ended
          there = [ports[1] ?? 0, ports[2] ?? 0]
          const before = seen.length
          await until(async () => seen.length > before + 40)
          two.kill("SIGTERM")
          const second = await two.ended
          there = [ports[2] ?? 0]
          const then = seen.length
          await until(async () => seen.length > then + 20)
          isOver = true
          return [first, second]
        }
        const [ends] = yield* Effect.promise(() => Promise.all([restarted(), ...[0, 1, 2, 3].map(sender)]))
        for (const end of ends) assert.strictEqual(end.code, 0, end.stderr)

        assert.deepStrictEqual(
          seen.filter((status) => ![200, 503, 0].includes(status)),
          []
        )
        const [events] = yield* sql<{ readonly count: number }>`select count(*)::int as count from webhook.events`
        assert.strictEqual(events?.count, sent * 2)
        // What the two left is worked off by the third, from where they put it back.
        const context = yield* Effect.context<SqlClient>()
        const isDrained = Effect.map(
          sql`select from webhook.events where status in ('pending', 'processing') limit 1`,
          (rows) => rows.length === 0
        )
        yield* Effect.promise(() => until(() => Effect.runPromiseWith(context)(isDrained)))
        const [dead] = yield* sql<{ readonly count: number }>`
        select count(*)::int as count from webhook.events where status not in ('done', 'kept')`
        assert.strictEqual(dead?.count, 0)
      })
  )
})

it.live(
  "a database that is away at the start is waited for: alive, not ready, 503 to senders, and then all of it",
  () =>
    Effect.gen(function* () {
      const database = yield* TestServer
      const url = yield* database.createDatabase(migrations)
      yield* database.stop("fast")
      const server = yield* running({
        ATHENA_ENVIRONMENT: "sandbox",
        ATHENA_BASE_URL: "http://127.0.0.1:1",
        ATHENA_SANDBOX_CLIENT_ID: randomUUID(),
        ATHENA_SANDBOX_CLIENT_SECRET: randomUUID(),
        ATHENA_WEBHOOK_SECRETS: secret,
        DATABASE_URL: url
      })
      const port = yield* Effect.promise(() => server.port)
      const body = notification(1)
      assert.strictEqual(yield* Effect.promise(() => statusOf(port, "/health/live")), 200)
      assert.strictEqual(yield* Effect.promise(() => statusOf(port, "/health/ready")), 503)
      assert.strictEqual(yield* Effect.promise(() => post(port, body)), 503)
      const metrics = yield* Effect.promise(() => fetch(`http://127.0.0.1:${port}/metrics`).then((said) => said.text()))
      assert.include(metrics, "athena_database_up 0")
      yield* database.start
      yield* Effect.promise(() => ready(server))
      assert.strictEqual(yield* Effect.promise(() => post(port, body)), 200)
      server.kill("SIGTERM")
      const ended = yield* Effect.promise(() => server.ended)
      assert.strictEqual(ended.code, 0, ended.stderr)
    }).pipe(Effect.scoped, Effect.provide(TestServer.layer)),
  live.timeout
)
