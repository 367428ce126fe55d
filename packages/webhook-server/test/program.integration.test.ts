/** `athena-webhooks` as a process: what it needs, what it answers, how it ends. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { environment, running, start, statusOf, until, world } from "./support/athenaWebhooks.ts"
import { eventId, notification, signatureOf } from "./support/notification.ts"
import { ask } from "./support/wire.ts"

const live = { excludeTestServices: true, timeout: 120_000 } as const

const post = (port: number, body: string) => ask(port, { body, headers: { "x-hub-signature": signatureOf(body) } })

layer(world(), live)("athena-webhooks", (it) => {
  it.effect("says everything that is wrong with its variables at once, without a value, and ends with 2", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* Effect.promise(
        () =>
          start({
            ATHENA_ENVIRONMENT: "sandbox",
            DATABASE_URL: "mysql://secret@nowhere/db",
            PORT: "99999",
            ATHENA_TRUSTED_PROXIES: "everybody"
          }).ended
      )
      assert.strictEqual(code, 2)
      assert.strictEqual(stdout, "")
      for (const variable of ["DATABASE_URL", "PORT", "ATHENA_TRUSTED_PROXIES", "ATHENA_WEBHOOK_SECRETS: missing"]) {
        assert.include(stderr, variable)
      }
      for (const value of ["secret@", "99999", "everybody"]) assert.notInclude(stderr, value)
    })
  )

  it.effect("commits what is posted, reads the record, and leaves with 0 when it is told to", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const server = yield* running(yield* environment)
      const port = yield* Effect.promise(() => server.port)
      yield* Effect.promise(() => until(async () => (await statusOf(port, "/health/ready")) === 200))
      assert.strictEqual(yield* Effect.promise(() => statusOf(port, "/health/live")), 200)
      assert.strictEqual(yield* Effect.promise(() => statusOf(port, "/elsewhere")), 404)

      const { status } = yield* Effect.promise(() => post(port, notification(1, 2)))
      assert.strictEqual(status, 200)
      const isDone = sql<{ readonly status: string }>`
        select status from webhook.events where event_id = any(${[eventId(1), eventId(2)]}::text[])`.pipe(
        Effect.map((rows) => rows.length === 2 && rows.every((row) => row.status === "done"))
      )
      const context = yield* Effect.context<SqlClient>()
      yield* Effect.promise(() => until(() => Effect.runPromiseWith(context)(isDone)))

      const metrics = yield* Effect.promise(() => fetch(`http://127.0.0.1:${port}/metrics`).then((said) => said.text()))
      assert.include(metrics, "athena_database_up 1")
      assert.include(metrics, 'athena_webhook_events{status="pending"} 0')
      assert.include(metrics, 'athena_webhook_acknowledgement_seconds_count{outcome="committed"} 1')

      server.kill("SIGTERM")
      const ended = yield* Effect.promise(() => server.ended)
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.strictEqual(ended.stdout, "")
    })
  )

  it.effect("refuses a database of another environment with 2, as athena-sync does", () =>
    Effect.gen(function* () {
      const server = start({ ...(yield* environment), ATHENA_ENVIRONMENT: "simulator", ATHENA_BASE_URL: "" })
      const ended = yield* Effect.promise(() => server.ended)
      assert.strictEqual(ended.code, 2, ended.stderr)
    })
  )
})
