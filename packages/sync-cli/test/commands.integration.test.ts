import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { run, start } from "./support/athenaSync.ts"
import { run as runHere } from "./support/inProcess.ts"
import * as World from "./support/worlds.ts"

const june = ["appointments", "--from", "2019-06-01", "--to", "2019-06-30"]
const week = ["appointments", "--from", "2019-06-03", "--to", "2019-06-07"]

const counted = (table: string) =>
  Effect.map(
    Effect.flatMap(SqlClient, (sql) => sql<{ readonly n: number }>`select count(*)::int as n from ${sql(table)}`),
    (rows) => rows[0]?.n ?? -1
  )

const fast = { excludeTestServices: true, timeout: 120_000 } as const

layer(World.layer(), fast)("a month from an empty database", (it) => {
  it.effect(
    "prints one JSON object, writes every appointment with its audit events, and nothing the second time",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const first = yield* run([...june, "--json"], environment)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.strictEqual(first.stdout.trimEnd().split("\n").length, 1)
        const report = JSON.parse(first.stdout)
        assert.strictEqual(report.command, "appointments")
        assert.strictEqual(report.environment, "sandbox")
        const [result] = report.results
        assert.deepInclude(result, {
          practiceId: "195900",
          resource: "appointments",
          status: "complete",
          quarantined: 0
        })
        assert.isAbove(result.fetched, 400)
        assert.strictEqual(result.inserted, result.fetched)
        const { disclosures } = yield* Effect.flatMap(Simulator, (simulator) => simulator.statistics)
        assert.isAtLeast(report.auditEvents, disclosures.length)

        const before = yield* Effect.flatMap(
          SqlClient,
          (sql) => sql`select max(xmin::text::bigint) as x from athena.appointments`
        )
        const second = JSON.parse((yield* run([...june, "--json"], environment)).stdout)
        assert.deepInclude(second.results[0], { inserted: 0, updated: 0, gone: 0, unchanged: result.fetched })
        const after = yield* Effect.flatMap(
          SqlClient,
          (sql) => sql`select max(xmin::text::bigint) as x from athena.appointments`
        )
        assert.deepStrictEqual(after, before)
      }),
    fast.timeout
  )

  it.effect(
    "syncs the patients of the appointments, tells the state, and verifies the trail until somebody changes it",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        const patients = JSON.parse((yield* run(["patients", "--json"], environment)).stdout)
        assert.strictEqual(patients.results[0].inserted, yield* counted("athena.patients"))

        const status = JSON.parse((yield* run(["status", "--json"], environment)).stdout)
        assert.deepStrictEqual(
          status.resources.map((resource: { resource: string; lastRun: { status: string } | null }) => [
            resource.resource,
            resource.lastRun?.status
          ]),
          [
            ["appointments", "complete"],
            ["patients", "complete"],
            ["departments", undefined]
          ]
        )
        const table = yield* run(["status"], environment)
        assert.include(table.stdout, "2019-06-30")

        const verified = yield* run(["audit", "verify", "--json"], environment)
        assert.strictEqual(verified.code, 0)
        assert.deepInclude(JSON.parse(verified.stdout), { status: "verified", checkpoints: 0, unfinished: 0 })

        yield* sql`alter table audit.entries disable trigger all`
        yield* sql`update audit.entries set recorded_at = recorded_at + interval '1 hour' where sequence = 7 and practice_id = '195900'`
        const broken = yield* run(["audit", "verify", "--json"], environment)
        assert.strictEqual(broken.code, 1)
        assert.deepInclude(JSON.parse(broken.stdout), { status: "broken" })
        assert.deepInclude(JSON.parse(broken.stdout).firstBad, { practiceId: "195900", sequence: 7, kind: "changed" })
        assert.include((yield* run(["audit", "verify"], environment)).stdout, "BROKEN")
      }),
    fast.timeout
  )
})

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
    ["a practice that is no id", [...june, "--practice", "../1"], {}, "--practice: expected a practice id"],
    ["the pseudo-practice", [...june, "--practice", "1"], {}, "--practice: expected a practice id"],
    ["a concurrency of none", [...june, "--concurrency", "0"], {}, "--concurrency"],
    ["a wait that is no time", [...june, "--max-wait", "soon"], {}, "--max-wait: expected"],
    ["an unknown flag", [...june, "--fast"], {}, "unknown flag"],
    ["reference data of a practice that is no id", ["reference", "--practice", "195900;1"], {}, "--practice: expected"],
    ["changes of a feed that there is not", ["changes", "--feed", "providers"], {}, '--feed: expected "appointments"'],
    ["changes of a practice that is no id", ["changes", "--practice", "195900;1"], {}, "--practice: expected"],
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
        const ended = yield* run(june, {
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
        const ended = yield* run([...week, "--json"], environment)
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
        const refused = yield* run(week, environment)
        assert.strictEqual(refused.code, 2)
        assert.include(refused.stderr, "production")
        yield* sql`delete from athena_meta.environment`

        const absent = yield* run(week, { ...environment, DATABASE_URL: `postgresql://u:${secret}@127.0.0.1:1/d` })
        assert.strictEqual(absent.code, 1)
        assert.include(absent.stderr, "127.0.0.1:1")
        assert.notInclude(absent.stderr, secret)
      }),
    fast.timeout
  )
})

layer(World.layer(), fast)("several at once, and some that fail", (it) => {
  it.effect(
    "a second run of the same practice says who is at work and ends with 1; nothing is written twice",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [{ match: { route: "departments" }, fault: { kind: "latency", milliseconds: 8000 } }]
        })
        const running = start([...week, "--json"], environment)
        yield* Effect.repeat(Effect.delay(counted("athena.sync_runs"), "100 millis"), { until: (runs) => runs > 0 })
        const second = yield* run([...week, "--json"], environment)
        const first = yield* running.ended
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.strictEqual(second.code, 1)
        const { error } = JSON.parse(second.stdout).results[0]
        assert.strictEqual(error.tag, "LeaseHeld")
        assert.match(error.message, /held by athena-sync on .* \(process \d+\) since 2/)
        assert.strictEqual(JSON.parse(first.stdout).results[0].inserted, yield* counted("athena.appointments"))
      }),
    fast.timeout
  )

  it.effect(
    "one practice that fails costs the others nothing and ends with 3",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const ended = yield* run([...week, "--practice", "195903", "--practice", "195901", "--json"], environment)
        assert.strictEqual(ended.code, 3)
        const [refused, complete] = JSON.parse(ended.stdout).results
        assert.deepInclude(refused, { practiceId: "195903", status: "failed" })
        assert.strictEqual(refused.error.tag, "PracticeNotAuthorized")
        assert.deepInclude(complete, { practiceId: "195901", status: "complete" })
      }),
    fast.timeout
  )

  it.effect(
    "a practice told to wait an hour ends with 3 and the time to come back",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [{ match: { practiceId: "195902" }, fault: { kind: "status", status: 429, retryAfter: "3600" } }]
        })
        const ended = yield* run([...week, "--practice", "195902", "--practice", "195901", "--json"], environment)
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(ended.code, 3)
        const [waiting, complete] = JSON.parse(ended.stdout).results
        assert.strictEqual(waiting.error.tag, "Throttled")
        assert.isAbove(Date.parse(waiting.error.retryAt), Date.now() + 3_000_000)
        assert.deepInclude(complete, { practiceId: "195901", status: "complete" })
      }),
    fast.timeout
  )

  it.effect(
    "stopped by a signal, ends with 143 with its commits kept; killed, the next run goes on and ends exact",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        const sql = yield* SqlClient
        yield* sql`delete from athena.appointments`
        yield* simulator.setFaults({ rules: [{ fault: { kind: "latency", milliseconds: 400 } }] })
        const finished = counted("athena.finished_windows")
        for (const [signal, code] of [
          ["SIGTERM", 143],
          ["SIGKILL", "SIGKILL"]
        ] as const) {
          const before = yield* finished
          const running = start([...june, "--concurrency", "2"], environment)
          yield* Effect.repeat(Effect.delay(finished, "100 millis"), { until: (windows) => windows > before + 1 })
          running.kill(signal)
          const ended = yield* running.ended
          assert.strictEqual(ended.code, code, ended.stderr)
          assert.notMatch(ended.stderr, /\n\s+at /)
        }
        yield* simulator.setFaults(noFaults)
        const last = JSON.parse((yield* run([...june, "--json"], environment)).stdout)
        assert.strictEqual(last.results[0].status, "complete")
        const lost = yield* sql<{
          readonly n: number
        }>`select count(*)::int as n from audit.events where outcome = 'unknown'`
        const recovered = yield* sql<{
          readonly n: number
        }>`select count(*)::int as n from audit.entries where kind = 'recovery'`
        assert.isAbove(lost[0]?.n ?? 0, 0, "the kill left calls that never came back")
        assert.deepStrictEqual(recovered, lost, "each of them is closed by a recovery event")
        const { appointments } = yield* simulator.snapshot("195900")
        const inJune = appointments.filter(({ date, status }) => date.startsWith("2019-06") && status !== "o")
        const rows = yield* sql<{
          readonly id: string
        }>`select appointment_id as id from athena.appointments where practice_id = '195900' and gone_at is null`
        assert.deepStrictEqual(
          rows.map(({ id }) => id).toSorted(),
          inJune.map(({ appointmentId }) => appointmentId).toSorted()
        )
      }),
    fast.timeout
  )

  it.effect(
    "with the trail locked away, hands over nothing, writes nothing and says so",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        yield* sql`delete from athena.appointments`
        yield* sql`alter table audit.entries rename to entries_locked_away`
        const ended = yield* run(week, environment)
        yield* sql`alter table audit.entries_locked_away rename to entries`
        assert.strictEqual(ended.code, 1)
        assert.include(ended.stdout + ended.stderr, "audit trail could not be written")
        assert.strictEqual(yield* counted("athena.appointments"), 0)
      }),
    fast.timeout
  )

  it.effect(
    "with a trail that takes no outcomes, leaves calls that read unknown, and the next run closes them",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        yield* sql`
          create function audit.refuse_outcomes() returns trigger language plpgsql as
          $$ begin if new.kind = 'outcome' then raise insufficient_privilege; end if; return new; end $$`
        yield* sql`
          create trigger refuse_outcomes before insert on audit.entries for each row execute function audit.refuse_outcomes()`
        const failed = yield* run([...week, "--json"], environment)
        assert.strictEqual(JSON.parse(failed.stdout).results[0].error.tag, "AuditTrailUnavailable")
        yield* sql`drop trigger refuse_outcomes on audit.entries`
        const open = sql<{ readonly isClosed: boolean }>`
          select r.event_id is not null as "isClosed" from audit.events e
          left join audit.entries r on r.event_id = e.event_id and r.kind = 'recovery'
          where e.outcome = 'unknown' and e.run_id = ${JSON.parse(failed.stdout).runId}`
        assert.isAbove((yield* open).length, 0)
        assert.strictEqual((yield* run(week, environment)).code, 0)
        assert.deepStrictEqual(
          (yield* open).filter(({ isClosed }) => !isClosed),
          []
        )
      }),
    fast.timeout
  )
})

layer(World.layer(), fast)("a marker in every free text and name", (it) => {
  it.effect(
    "shows in no output at any log level and format",
    () =>
      Effect.gen(function* () {
        const marker = "ZZMARKERZZ"
        const environment = yield* World.environment
        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [
            { fault: { kind: "plantMarker", marker } },
            {
              match: { route: "bookedMultipleDepartment" },
              when: { nth: [7] },
              fault: { kind: "status", status: 400 }
            },
            { match: { route: "patient" }, when: { nth: [3] }, fault: { kind: "badRecord", field: "dob" } }
          ]
        })
        const trace = { LOG_LEVEL: "trace", LOG_FORMAT: "json" }
        const debug = { LOG_LEVEL: "debug", LOG_FORMAT: "pretty" }
        for (const [args, logging] of [
          [week, trace],
          [["patients"], trace],
          [[...week, "--json"], debug],
          [["patients", "--json"], debug],
          [["reference"], trace],
          [["quarantine", "list"], trace],
          [["quarantine", "retry"], debug],
          [["status"], trace],
          [["audit", "verify"], trace]
        ] as const) {
          const ended = yield* run(args, { ...environment, ...logging })
          assert.notInclude(ended.stdout + ended.stderr, marker, args.join(" "))
        }
        const sql = yield* SqlClient
        const stored = yield* sql`select 1 from athena.patients where last_name like ${`%${marker}%`} limit 1`
        assert.strictEqual(stored.length, 1, "the marker was really planted")
      }),
    240_000
  )
})

layer(World.layer(), fast)("the simulator's database", (it) => {
  it.effect(
    "is DATABASE_URL only when the environment is said in so many words",
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const dataDir = `/tmp/athena-sync-test-${process.pid}`
        const silent = yield* run(["status"], { DATABASE_URL: url, ATHENA_DATA_DIR: dataDir })
        assert.strictEqual(silent.code, 0, silent.stderr)
        assert.include(silent.stderr, "ATHENA_ENVIRONMENT")
        const explicit = yield* run([...week, "--json"], { DATABASE_URL: url, ATHENA_ENVIRONMENT: "simulator" })
        assert.strictEqual(explicit.code, 0, explicit.stderr)
        assert.strictEqual(JSON.parse(explicit.stdout).results[0].inserted, yield* counted("athena.appointments"))
        yield* run(["database", "stop"], { ATHENA_DATA_DIR: dataDir })
      }),
    fast.timeout
  )
})
