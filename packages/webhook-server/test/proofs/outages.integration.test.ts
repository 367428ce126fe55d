/**
 * What `athena-webhooks`, as a process, answers while what it needs is away: PostgreSQL, or the API. It comes back by itself, and
 * what it acknowledged is there.
 */
import * as Database from "@athena-engine/database/Database"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { TestServer } from "@athena-engine/database/testing/TestServer"
import { migrations } from "@athena-engine/program/services/database"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { environment, running, statusOf, until } from "../support/athenaWebhooks.ts"
import { eventId, notification, signatureOf } from "../support/notification.ts"
import { ask } from "../support/wire.ts"

const timeout = sized({ short: 120_000, long: 600_000 })
const live = { excludeTestServices: true, timeout } as const
const outages = sized({ short: 1, long: 12 })

/** What the contract says for every answer. */
const longestAnswer = 1500

interface Sent {
  readonly event: number
  readonly status: number
  readonly millis: number
}

/** Several senders, each one notification after the other; 0 where the connection was cut. */
const sending = (port: number) => {
  const sent: Array<Sent> = []
  let event = 0
  let isOver = false
  const sender = async () => {
    while (!isOver) {
      const mine = ++event
      const body = notification(mine)
      const began = performance.now()
      const status = await ask(port, { body, headers: { "x-hub-signature": signatureOf(body) } }).then(
        (answer) => answer.status,
        () => 0
      )
      sent.push({ event: mine, status, millis: performance.now() - began })
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const all = Promise.all([sender(), sender(), sender(), sender()])
  const next = async (status: number) => {
    const from = sent.length
    await until(async () => sent.slice(from).filter((one) => one.status === status).length >= 20)
  }
  const end = () => {
    isOver = true
    return all
  }
  return { sent, next, end }
}

const inTime = (sent: ReadonlyArray<Sent>) =>
  assert.deepStrictEqual(
    sent.filter(({ millis }) => millis > longestAnswer),
    []
  )

const ready = (port: number) => until(async () => (await statusOf(port, "/health/ready")) === 200)

const simulator = SimulatorTest.layerServer({
  clientId: "an-app",
  clientSecret: "its-secret",
  limits: { tokensPerMinute: 1000 }
})

layer(Layer.merge(simulator, TestServer.layer), live)("while PostgreSQL is away", (it) => {
  it.effect(
    "answers 503 and nothing else, acknowledges again by itself, and has everything that it acknowledged",
    () =>
      Effect.gen(function* () {
        const server = yield* TestServer
        const url = yield* server.createDatabase(migrations)
        const own = yield* Effect.provideService(environment, TestDatabase, { url, name: "own" })
        const process = yield* running(own)
        const port = yield* Effect.promise(() => process.port)
        yield* Effect.promise(() => ready(port))
        const { end, next, sent } = sending(port)
        for (let n = 0; n < outages; n++) {
          yield* Effect.promise(() => next(200))
          yield* server.stop(n % 2 === 0 ? "immediate" : "fast")
          const from = sent.length + 4
          yield* Effect.promise(() => next(503))
          const meanwhile = sent.slice(from)
          yield* server.start
          assert.deepStrictEqual(
            meanwhile.filter(({ status }) => status !== 503),
            []
          )
          yield* Effect.promise(() => next(200))
          yield* Effect.promise(() => ready(port))
        }
        yield* Effect.promise(end)
        assert.deepStrictEqual(
          sent.filter(({ status }) => status !== 200 && status !== 503),
          []
        )
        inTime(sent)
        const acknowledged = sent.filter(({ status }) => status === 200).map(({ event }) => eventId(event))
        const database = yield* Layer.build(Database.layer({ _tag: "Url", url: Redacted.make(url) }))
        const sql = Context.get(database, SqlClient)
        const lost = sql`
          select id from unnest(${acknowledged}::text[]) as id where not exists (
            select from webhook.events where event_id = id)`
        assert.deepStrictEqual(yield* lost, [])
        // What was claimed when the database went is read again once its claims have ended.
        yield* sql`update webhook.resources set due_at = now()`
        const waiting = sql`select from webhook.events where status not in ('done', 'kept') limit 1`
        yield* Effect.promise(() => until(() => Effect.runPromise(Effect.map(waiting, (rows) => rows.length === 0))))
      }),
    timeout
  )
})

layer(Layer.merge(simulator, TestDatabase.layer(migrations)), live)("while the API is out", (it) => {
  for (const [what, fault] of [
    ["hangs", { kind: "hang" }],
    ["refuses", { kind: "status", status: 503 }],
    ["cuts every connection", { kind: "reset" }]
  ] as const) {
    it.effect(
      `acknowledges as ever when it ${what}`,
      () =>
        Effect.gen(function* () {
          const simulated = yield* Simulator
          const process = yield* running(yield* environment)
          const port = yield* Effect.promise(() => process.port)
          yield* Effect.promise(() => ready(port))
          yield* simulated.setFaults({ rules: [{ fault }] })
          const { end, next, sent } = sending(port)
          for (let n = 0; n < sized({ short: 5, long: 60 }); n++) yield* Effect.promise(() => next(200))
          yield* Effect.promise(end)
          yield* simulated.setFaults({ rules: [] })
          assert.deepStrictEqual(
            sent.filter(({ status }) => status !== 200),
            []
          )
          inTime(sent)
        }),
      timeout
    )
  }
})
