/** What is typed or configured wrongly, by command: one clear message, and nothing is done. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { counted } from "../support/counted.ts"
import { run as runHere } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const june = ["appointments", "--from", "2019-06-01", "--to", "2019-06-30"]
const week = ["appointments", "--from", "2019-06-03", "--to", "2019-06-07"]

const fast = { excludeTestServices: true, timeout: 120_000 } as const

layer(World.layer(), fast)("bad input", (it) => {
  const secret = "a-secret-that-must-not-show"
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>, Readonly<Record<string, string>>, string]> = [
    ["no command", [], {}, "a command is missing"],
    ["an unknown command", ["appointmnts"], {}, "unknown command; did you mean appointments?"],
    ["a missing date", ["appointments", "--from", "2019-06-01"], {}, "--to"],
    [
      "a date that is none",
      ["appointments", "--from", "2019-06-31", "--to", "2019-07-01"],
      {},
      "--from: expected a calendar date"
    ],
    [
      "a date in US form",
      ["appointments", "--from", "06/01/2019", "--to", "2019-07-01"],
      {},
      "--from: expected a calendar date"
    ],
    [
      "a range backwards",
      ["appointments", "--from", "2019-06-02", "--to", "2019-06-01"],
      {},
      "--to lies before --from"
    ],
    [
      "patients since a date that is none",
      ["patients", "--since", "2019-02-29"],
      {},
      "--since: expected a calendar date"
    ],
    [
      "patients since a date in US form",
      ["patients", "--since", "06/01/2019"],
      {},
      "--since: expected a calendar date"
    ],
    ["patients of a practice that is no id", ["patients", "--practice", "195900;1"], {}, "--practice: expected"],
    ["patients of no practice", ["patients"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    ["a practice that is no id", [...june, "--practice", "../1"], {}, "--practice: expected a practice id"],
    ["the pseudo-practice", [...june, "--practice", "1"], {}, "--practice: expected a practice id"],
    ["a concurrency of none", [...june, "--concurrency", "0"], {}, "--concurrency"],
    ["a wait that is no time", [...june, "--max-wait", "soon"], {}, "--max-wait: expected"],
    ["an unknown flag", [...june, "--fast"], {}, "unknown flag"],
    ["reference data of a practice that is no id", ["reference", "--practice", "195900;1"], {}, "--practice: expected"],
    ["changes of a feed that there is not", ["changes", "--feed", "providers"], {}, '--feed: expected "appointments"'],
    ["changes of a practice that is no id", ["changes", "--practice", "195900;1"], {}, "--practice: expected"],
    ["a schedule by a cron of four fields", ["schedule", "--cron", "0 2 * *"], {}, "--cron: expected five fields"],
    ["a schedule on a day that never comes", ["schedule", "--cron", "0 0 30 2 *"], {}, "--cron: expected five fields"],
    [
      "a schedule in no time zone",
      ["schedule", "--time-zone", "+05:00"],
      {},
      "--time-zone: expected the name of a time"
    ],
    ["a schedule of no job", ["schedule", "--job", "reference"], {}, "--job: expected appointments, patients"],
    ["a schedule of a job with half a cron", ["schedule", "--job", "changes=*/15"], {}, "--job: expected appointments"],
    ["a schedule with a jitter of no time", ["schedule", "--jitter", "some"], {}, "--jitter: expected"],
    ["a schedule on no port", ["schedule", "--port", "99999"], {}, "--port: expected a port"],
    ["a schedule of no practice", ["schedule"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    ["a schedule on no host", ["schedule"], { HOST: "every host" }, "HOST: must be"],
    ["changes of no practice", ["changes"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    ["changes of a department of no practice", ["changes", "--department", "1"], {}, "exactly one --practice"],
    [
      "changes of a department that is no id",
      ["changes", "--practice", "195900", "--department", "the clinic"],
      {},
      "--department: expected a department id"
    ],
    ["reference data of no practice", ["reference"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    ["a quarantine without a command", ["quarantine"], {}, "a command is missing"],
    ["an unknown command of the quarantine", ["quarantine", "lst"], {}, "unknown command; did you mean list?"],
    ["a list of a practice that is no id", ["quarantine", "list", "--practice", "1"], {}, "--practice: expected"],
    ["a retry of no practice", ["quarantine", "retry"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    [
      "a retry with a concurrency of none",
      ["quarantine", "retry", "--concurrency", "0"],
      {},
      "--concurrency: expected"
    ],
    ["an unknown command of events", ["events", "redriv"], {}, "unknown command; did you mean redrive?"],
    ["events of no status", ["events", "list", "--status", "lost"], {}, "--status: expected"],
    ["events of a practice that is no id", ["events", "list", "--practice", "1"], {}, "--practice: expected"],
    ["a list of no events", ["events", "list", "--limit", "0"], {}, "--limit: expected a whole number"],
    ["a redrive of what is no id", ["events", "redrive", "Marker Smith"], {}, "ID: expected an event's id"],
    ["a redrive of a practice that is no id", ["events", "redrive", "--practice", "x"], {}, "--practice: expected"],
    ["a purge of nothing", ["purge"], {}, "--practice is missing"],
    [
      "a purge of two",
      ["purge", "--practice", "195900", "--practice", "195901", "--yes"],
      {},
      "expected at most 1 value"
    ],
    ["a purge of the pseudo-practice", ["purge", "--practice", "1", "--yes"], {}, "--practice: expected a practice id"],
    ["a purge without anybody to ask", ["purge", "--practice", "195900"], {}, "--yes"],
    ["a check of a practice that is no id", ["doctor", "--practice", "x"], {}, "--practice: expected"],
    ["a check with an unknown flag", ["doctor", "--mend"], {}, "unknown flag"],
    ["events without a command", ["events"], {}, "a command is missing"],
    ["gaps of a practice that is no id", ["events", "gaps", "--practice", "x"], {}, "--practice: expected"],
    ["a catch-up of no practice", ["events", "catch-up"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    [
      "a catch-up with a concurrency of none",
      ["events", "catch-up", "--concurrency", "0"],
      {},
      "--concurrency: expected"
    ],
    ["subscriptions without a command", ["subscriptions"], {}, "a command is missing"],
    ["a subscription to nothing", ["subscriptions", "create", "--endpoint", "https://example.org/x"], {}, "--topic"],
    [
      "a topic that is none",
      ["subscriptions", "create", "--topic", "Merge", "--endpoint", "https://example.org/x"],
      {},
      "--topic: expected a topic"
    ],
    [
      "a subscription that goes nowhere",
      ["subscriptions", "create", "--topic", "Patient.merge"],
      {},
      "--endpoint is missing"
    ],
    [
      "an endpoint without TLS",
      ["subscriptions", "create", "--topic", "Patient.merge", "--endpoint", "http://example.org/x"],
      {},
      "--endpoint: expected an https URL"
    ],
    [
      "a subscription without a secret",
      ["subscriptions", "create", "--topic", "Patient.merge", "--endpoint", "https://example.org/x"],
      {},
      "ATHENA_WEBHOOK_SECRETS: missing"
    ],
    [
      "a secret that is too short",
      ["subscriptions", "create", "--topic", "Patient.merge", "--endpoint", "https://example.org/x"],
      { ATHENA_WEBHOOK_SECRETS: `${secret},short` },
      "ATHENA_WEBHOOK_SECRETS"
    ],
    ["a comparison with nothing", ["subscriptions", "drift", "--endpoint", "https://example.org/x"], {}, "--topic"],
    [
      "a mending without a secret",
      ["subscriptions", "drift", "--topic", "Patient.merge", "--endpoint", "https://example.org/x", "--apply"],
      {},
      "ATHENA_WEBHOOK_SECRETS: missing"
    ],
    ["an end of nothing", ["subscriptions", "delete"], {}, "ID is missing"],
    ["an end of what is no id", ["subscriptions", "delete", "the last one"], {}, "a subscription's id"],
    ["subscriptions of no practice", ["subscriptions", "list"], { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    ["an age that is no time", ["status", "--max-age", "soon"], {}, "--max-age: expected a time"],
    ["an age of an unknown resource", ["status", "--max-age", "visits=2h"], {}, "--max-age: expected a time"],
    ["the state of a practice that is no id", ["status", "--practice", "x"], {}, "--practice: expected"],
    ["an unknown environment", june, { ATHENA_ENVIRONMENT: "prod" }, "ATHENA_ENVIRONMENT"],
    [
      "no credentials",
      june,
      { ATHENA_SANDBOX_CLIENT_ID: "", ATHENA_SANDBOX_CLIENT_SECRET: "" },
      "ATHENA_SANDBOX_CLIENT_SECRET"
    ],
    [
      "another environment's credentials",
      june,
      { ATHENA_ENVIRONMENT: "production", ATHENA_BASE_URL: "" },
      "ATHENA_PRODUCTION_CLIENT_ID"
    ],
    [
      "an origin for production",
      june,
      { ATHENA_ENVIRONMENT: "production" },
      "ATHENA_BASE_URL: not allowed with production"
    ],
    ["plain http to elsewhere", june, { ATHENA_BASE_URL: "http://api.example.org" }, "ATHENA_BASE_URL"],
    ["no practice", june, { ATHENA_PRACTICES: "" }, "ATHENA_PRACTICES"],
    ["practices that are no ids", june, { ATHENA_PRACTICES: "195900;1" }, "ATHENA_PRACTICES"],
    ["a rate of none", june, { ATHENA_REQUESTS_PER_SECOND: "0" }, "ATHENA_REQUESTS_PER_SECOND"],
    ["a database that is no PostgreSQL", june, { DATABASE_URL: `mysql://u:${secret}@h/d` }, "DATABASE_URL"],
    [
      "a password that is not percent-encoded",
      june,
      { DATABASE_URL: `postgresql://u:${secret}@ss:w/rd@h/d` },
      "DATABASE_URL"
    ],
    ["a proxy that is none", june, { HTTPS_PROXY: `${secret}:3128` }, "HTTPS_PROXY"],
    ["an unknown log format", june, { LOG_FORMAT: "xml" }, "LOG_FORMAT"],
    ["an unknown log level", june, { LOG_LEVEL: "loud" }, "LOG_LEVEL"]
  ]

  it.effect(
    "ends with 2 and one clear message: no stack trace, no secret, nothing on stdout, nothing written",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), ATHENA_SANDBOX_CLIENT_SECRET: secret }
        yield* Effect.forEach(
          cases,
          ([name, args, changes, message]) =>
            Effect.map(runHere(args, { ...environment, ...changes }), (ended) => {
              assert.strictEqual(ended.code, 2, `${name}: ${ended.stderr}`)
              assert.include(ended.stderr, message, name)
              assert.match(ended.stderr, /^athena-sync: /, name)
              assert.strictEqual(ended.stdout, "", name)
              assert.notInclude(ended.stderr, secret, name)
              assert.notMatch(ended.stderr, /\n\s+at |node_modules|Error:/, name)
            }),
          { discard: true }
        )
        assert.strictEqual(yield* counted("athena.sync_runs"), 0)
        assert.strictEqual(yield* counted("athena_meta.environment"), 0)
      }),
    240_000
  )

  it.effect(
    "lists everything that is wrong with the configuration in one message",
    () =>
      Effect.gen(function* () {
        const { DATABASE_URL } = yield* World.environment
        const ended = yield* runHere(june, {
          ATHENA_ENVIRONMENT: "production",
          LOG_FORMAT: "xml",
          ATHENA_MAX_WAIT: "?",
          DATABASE_URL
        })
        assert.strictEqual(ended.code, 2)
        for (const name of [
          "LOG_FORMAT",
          "ATHENA_MAX_WAIT",
          "ATHENA_PRODUCTION_CLIENT_ID",
          "ATHENA_PRODUCTION_CLIENT_SECRET"
        ]) {
          assert.include(ended.stderr, `${name}: `)
        }
      }),
    fast.timeout
  )

  it.effect(
    "ends with 1 when the server refuses the credentials, and says what to check",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), ATHENA_SANDBOX_CLIENT_SECRET: secret }
        const ended = yield* runHere([...week, "--json"], environment)
        assert.strictEqual(ended.code, 1)
        assert.deepInclude(JSON.parse(ended.stdout).results[0], { status: "failed" })
        assert.strictEqual(JSON.parse(ended.stdout).results[0].error.tag, "InvalidCredentials")
        assert.notInclude(ended.stdout + ended.stderr, secret)
      }),
    fast.timeout
  )

  it.effect(
    "refuses a database of another environment, and one that is not there",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        yield* sql`delete from athena_meta.environment`
        yield* sql`insert into athena_meta.environment (environment) values ('production')`
        const refused = yield* runHere(week, environment)
        assert.strictEqual(refused.code, 2)
        assert.include(refused.stderr, "production")
        yield* sql`delete from athena_meta.environment`

        const absent = yield* runHere(week, { ...environment, DATABASE_URL: `postgresql://u:${secret}@127.0.0.1:1/d` })
        assert.strictEqual(absent.code, 1)
        assert.include(absent.stderr, "127.0.0.1:1")
        assert.notInclude(absent.stderr, secret)
      }),
    fast.timeout
  )
})
