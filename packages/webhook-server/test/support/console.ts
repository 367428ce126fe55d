/** The console on a database of its own, with an inbox in which something of everything has happened. */
import { request } from "node:http"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { migrations } from "@athena-engine/program/services/database"
import { Effect, Layer, Logger, type Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { Console } from "../../src/server/Console.ts"

export const database = Layer.merge(TestDatabase.layer(migrations), Logger.layer([]))

/** Serves as long as the scope; answers the port. */
export const serveConsole = Effect.fnUntraced(function* (token?: Redacted.Redacted) {
  const context = yield* Effect.context<SqlClient>()
  const console = yield* Layer.build(
    Console.layer({ host: "127.0.0.1", port: 0, token, database: Effect.succeed(context) })
  )
  return (yield* Effect.provide(Console, console)).port
})

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
}

/** Asks as a browser does, or as the headers say. */
export const ask = (port: number, path: string, { form, headers = {}, method }: Question = {}) =>
  Effect.promise(
    () =>
      new Promise<Reply>((resolve, reject) => {
        const asked = request(
          {
            host: "127.0.0.1",
            port,
            path,
            method: method ?? (form === undefined ? "GET" : "POST"),
            headers: {
              ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
              ...headers
            }
          },
          (response) => {
            let body = ""
            response.setEncoding("utf8").on("data", (text: string) => (body += text))
            response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
          }
        )
        asked.on("error", reject)
        asked.end(form === undefined ? undefined : new URLSearchParams(form).toString())
      })
  )

/** Where nothing of it may be shown, and what would be markup if it were not escaped. */
export const marker = "Zzyzx-4711"
export const markup = `"><script>alert('x')</script>`

const insertEvents = Effect.fnUntraced(function* () {
  const sql = yield* SqlClient
  yield* sql`
    insert into webhook.events (
      event_id, practice_id, topic, resource, resource_id, logical_id, patient_id, department_id, subscription_id, status,
      last_error_tag, received_at, processed_at
    )
    select 'e' || n, (195900 + n % 3)::text, 'Appointment.update', 'Appointment', ${marker} || n, ${marker}, ${marker}, ${marker},
      ${marker}, case when n % 10 = 0 then 'dead' when n > 90 then 'pending' else 'done' end,
      case when n % 10 = 0 then 'AthenaError/NotDecodable' end, now() - (101 - n) * interval '1 minute',
      case when n % 10 > 0 and n <= 90 then now() - (100 - n) * interval '1 minute' end
    from generate_series(1, 100) as n`
  yield* sql`
    insert into webhook.resources (practice_id, resource, resource_id, generation, due_at, is_dead)
    select practice_id, resource, resource_id, generation, received_at, status = 'dead'
    from webhook.events where status in ('pending', 'dead')`
  yield* sql`
    insert into webhook.deliveries (
      handler, event_id, practice_id, topic, resource, resource_id, patient_id, received_at, status, last_error_tag, reading
    ) values (
      ${markup}, 'd1', '195900', 'Appointment.update', 'Appointment', ${marker}, ${marker}, now(), 'dead', ${markup}, 1
    )`
  yield* sql`
    insert into webhook.pauses (practice_id, until, reason_tag, failures)
    values ('195901', now() + interval '10 minutes', 'Throttled', 3)`
})

/** Events, dead letters, pauses, samples of a day, a silence, a catch-up, a budget. */
export const fill = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* insertEvents()
  yield* sql`
    insert into webhook.depth_samples (minute, pending, processing, dead, oldest_due_seconds)
    select date_trunc('minute', now()) - n * interval '1 minute', 40 + 35 * sin(n / 90.0), 3, 12 - n / 144,
      greatest(0, 30 * sin(n / 90.0))
    from generate_series(1, 1440) as n where n not between 400 and 460`
  yield* sql`
    insert into webhook.latency_samples (minute, copy, bounds, counts)
    select date_trunc('minute', now()) - n * interval '1 minute', 'one', '{0.005,0.01,0.025,0.05,0.1}',
      array[100, 40, 10, n % 7, n % 3, 0]
    from generate_series(1, 1440) as n where n not between 400 and 460`
  yield* sql`
    insert into webhook.silences (practice_id, topic, since, usual_hours, silent_hours, factor)
    values ('195902', 'Patient.update', now() - interval '30 hours', 4, 20, 5)`
  yield* sql`
    insert into webhook.catch_ups (practice_id, reason, from_at, to_at)
    values ('195902', 'silence', now() - interval '30 hours', now())`
  yield* sql`
    insert into webhook.downtimes (from_at, to_at) values (now() - interval '7 hours', now() - interval '6 hours')`
})
