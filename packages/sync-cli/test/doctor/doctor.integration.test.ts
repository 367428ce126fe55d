import { existsSync } from "node:fs"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { clockCheck } from "../../src/doctor/athenaChecks.ts"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

interface Check {
  readonly check: string
  readonly status: string
  readonly finding: string
  readonly mend: string | null
}

const secret = "a-secret-that-must-not-show"

/** What a doctor says, in JSON; each failure and warning comes with its mend, and no secret with anything. */
const examined = Effect.fnUntraced(function* (
  environment: Readonly<Record<string, string>>,
  args: ReadonlyArray<string> = []
) {
  const ended = yield* run(["doctor", "--json", ...args], environment)
  assert.notInclude(ended.stdout + ended.stderr, secret)
  assert.notInclude(ended.stdout + ended.stderr, "its-secret")
  assert.strictEqual(ended.stdout.trimEnd().split("\n").length, 1, ended.stderr)
  const { checks } = JSON.parse(ended.stdout) as { readonly checks: ReadonlyArray<Check> }
  for (const { check, mend, status } of checks) {
    assert.strictEqual(mend !== null, ["failed", "warning"].includes(status), check)
  }
  assert.strictEqual(ended.code, checks.some(({ status }) => status === "failed") ? 1 : 0)
  const of = (name: string) => checks.filter(({ check }) => check === name)
  const statusOf = (...names: ReadonlyArray<string>) => names.flatMap(of).map(({ status }) => status)
  return { ended, checks, of, statusOf }
})

const all = [
  "configuration",
  "reachability",
  "clock",
  "credentials",
  "scopes",
  "practices",
  "database-transport",
  "database",
  "environment",
  "migrations",
  "free-space",
  "audit-trail"
]

const timeout = 60_000

layer(World.layer(), { excludeTestServices: true, timeout })("athena-sync doctor", (it) => {
  it.effect(
    "finds nothing wrong where nothing is, writes nothing, and reads no patient data",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const simulator = yield* Simulator
        const sql = yield* SqlClient
        const writes = Effect.map(
          sql<{ readonly n: number }>`
            select (select count(*) from athena_meta.environment) + (select count(*) from coordination.cells)
              + (select count(*) from coordination.buckets) + (select count(*) from audit.entries) as n`,
          ([row]) => Number(row?.n)
        )
        const { checks, of, statusOf } = yield* examined(environment)
        assert.deepStrictEqual(
          checks.map(({ check }) => check),
          all
        )
        assert.deepStrictEqual(
          statusOf(...all).filter((status) => status !== "ok"),
          ["skipped"]
        )
        assert.match(of("scopes")[0]?.finding ?? "", /athena\/service\/Athenanet\.MDP\.\*/)
        assert.strictEqual(yield* writes, 0)
        assert.deepStrictEqual((yield* simulator.statistics).disclosures, [])

        const table = yield* run(["doctor"], environment)
        assert.strictEqual(table.code, 0, table.stderr)
        for (const line of table.stdout.split("\n")) assert.isAtMost(line.length, 80, line)
      }),
    timeout
  )

  it.effect(
    "tells a practice that the app does not reach, a refused client, a refused scope, and a server that is not there",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const elsewhere = yield* examined(environment, ["--practice", "195900", "--practice", "195999"])
        assert.match(elsewhere.of("practices")[0]?.finding ?? "", /practice 195999$/)
        assert.deepStrictEqual(elsewhere.statusOf("practices", "audit-trail"), ["failed", "ok"])

        const refused = yield* examined({ ...environment, ATHENA_SANDBOX_CLIENT_SECRET: secret })
        assert.deepStrictEqual(refused.statusOf("reachability", "clock", "credentials", "scopes", "practices"), [
          "ok",
          "ok",
          "failed",
          "skipped",
          "skipped"
        ])
        const scope = yield* examined({ ...environment, ATHENA_SCOPE: "everything" })
        assert.match(scope.of("credentials")[0]?.finding ?? "", /invalid_scope/)

        const absent = yield* examined({ ...environment, ATHENA_BASE_URL: "http://127.0.0.1:1" })
        assert.deepStrictEqual(absent.statusOf("reachability", "clock", "practices", "database"), [
          "failed",
          "skipped",
          "skipped",
          "ok"
        ])
        const unnamed = yield* examined({ ...environment, ATHENA_BASE_URL: "https://athena.invalid" })
        assert.include(unnamed.of("reachability")[0]?.finding, "athena.invalid")

        const simulator = yield* Simulator
        yield* simulator.setFaults({
          rules: [{ match: { route: "practiceinfo" }, fault: { kind: "status", status: 403 } }]
        })
        const closed = yield* examined(environment)
        yield* simulator.setFaults(noFaults)
        assert.deepStrictEqual(closed.statusOf("credentials", "practices"), ["ok", "failed"])
      }),
    timeout
  )

  it.effect(
    "takes a wrong configuration for a finding, and looks at what can be looked at all the same",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const cases: ReadonlyArray<readonly [Readonly<Record<string, string>>, RegExp, string]> = [
          [{ ATHENA_MAX_WAIT: secret, ATHENA_REQUESTS_PER_SECOND: secret }, /^ATHENA_(MAX_WAIT|REQUESTS)/, "ok"],
          [{ ATHENA_SANDBOX_CLIENT_ID: "" }, /^ATHENA_SANDBOX_CLIENT_ID/, "ok"],
          [{ ATHENA_PRACTICES: "" }, /^No practice/, "ok"],
          [{ ATHENA_PRACTICES: secret }, /^ATHENA_PRACTICES/, "ok"],
          [{ HTTPS_PROXY: `${secret}:1` }, /^HTTPS_PROXY/, "ok"],
          [{ LOG_LEVEL: secret }, /^LOG_LEVEL/, "skipped"],
          [{ ATHENA_ENVIRONMENT: secret, ATHENA_BASE_URL: "" }, /^ATHENA_ENVIRONMENT/, "skipped"],
          [{ DATABASE_URL: `mysql://u:${secret}@h/d` }, /^DATABASE_URL/, "skipped"]
        ]
        yield* Effect.forEach(
          cases,
          Effect.fnUntraced(function* ([changes, finding, database]) {
            const { of, statusOf } = yield* examined({ ...environment, ...changes })
            for (const found of of("configuration")) {
              assert.strictEqual(found.status, "failed")
              assert.match(found.finding, finding)
            }
            assert.deepStrictEqual(statusOf("database"), [database], finding.source)
          }),
          { discard: true }
        )
      }),
    timeout
  )

  it.effect(
    "tells a database that is another environment's, not there, or reached without TLS over a network",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        yield* sql`insert into athena_meta.environment (environment) values ('production')`
        const other = yield* examined(environment)
        yield* sql`delete from athena_meta.environment`
        assert.deepStrictEqual(other.statusOf("environment", "audit-trail"), ["failed", "skipped"])
        assert.match(other.of("environment")[0]?.finding ?? "", /production/)

        const absent = yield* examined({ ...environment, DATABASE_URL: `postgresql://u:${secret}@127.0.0.1:1/d` })
        assert.deepStrictEqual(absent.statusOf("database", "environment", "migrations"), [
          "failed",
          "skipped",
          "skipped"
        ])
        assert.include(absent.of("database")[0]?.finding, "127.0.0.1:1")

        const open = yield* examined({ ...environment, DATABASE_URL: `postgresql://u:${secret}@database.invalid/d` })
        assert.deepStrictEqual(open.statusOf("database-transport", "database"), ["failed", "failed"])
        assert.match(open.of("database-transport")[0]?.finding ?? "", /without TLS/)

        const dataDir = `/tmp/athena-sync-doctor-${process.pid}`
        const none = yield* examined({ ...environment, DATABASE_URL: "", ATHENA_DATA_DIR: dataDir })
        assert.deepStrictEqual(none.statusOf("database", "migrations"), ["ok", "skipped"])
        assert.isFalse(existsSync(dataDir))
      }),
    timeout
  )

  it.effect(
    "tells a trail that somebody changed",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        const day = ["appointments", "--from", "2019-06-03", "--to", "2019-06-03"]
        assert.strictEqual((yield* run(day, environment)).code, 0)
        assert.deepStrictEqual((yield* examined(environment)).statusOf("environment", "audit-trail"), ["ok", "ok"])
        yield* sql`alter table audit.entries disable trigger all`
        yield* sql`update audit.entries set recorded_at = recorded_at + interval '1 hour' where sequence = 2`
        const { of, statusOf } = yield* examined(environment)
        assert.deepStrictEqual(statusOf("audit-trail"), ["failed"])
        assert.match(of("audit-trail")[0]?.finding ?? "", /entry 2 of practice \S+ \(changed\)/)
      }),
    timeout
  )
})

layer(TestDatabase.layer(), { excludeTestServices: true, timeout })("a database that was never migrated", (it) => {
  it.effect(
    "is told, and stays as it is",
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const { of, statusOf } = yield* examined({ ATHENA_ENVIRONMENT: "simulator", DATABASE_URL: url })
        assert.deepStrictEqual(statusOf("practices", "database", "migrations", "audit-trail"), [
          "ok",
          "ok",
          "warning",
          "skipped"
        ])
        assert.include(of("migrations")[0]?.mend, "athena-sync migrate")
        const sql = yield* SqlClient
        const schemas =
          yield* sql`select from pg_namespace where nspname in ('athena', 'audit', 'athena_meta', 'coordination')`
        assert.strictEqual(schemas.length, 0)
      }),
    timeout
  )
})

describe("a clock", () => {
  const date = Option.some("Mon, 01 Jul 2019 12:00:00 GMT")
  const noon = Date.parse("2019-07-01T12:00:00Z")
  const judged = (sentAt: number, receivedAt = sentAt + 100) => {
    const { finding, status } = clockCheck(date, sentAt, receivedAt)
    return [status, /\d+ s (behind|ahead of)/.exec(finding)?.[0]]
  }

  it("is judged by an answer's date, less what the second and the way may hide", () => {
    assert.deepStrictEqual(judged(noon), ["ok", undefined])
    assert.deepStrictEqual(judged(noon + 6000), ["ok", undefined])
    assert.deepStrictEqual(judged(noon - 9000, noon - 100), ["ok", undefined])
    assert.deepStrictEqual(judged(noon + 31_000), ["warning", "30 s ahead of"])
    assert.deepStrictEqual(judged(noon - 30_100), ["warning", "30 s behind"])
    assert.deepStrictEqual(judged(noon + 3_601_000), ["failed", "3600 s ahead of"])
    assert.strictEqual(clockCheck(Option.none(), noon, noon).status, "skipped")
    assert.strictEqual(clockCheck(Option.some("soon"), noon, noon).status, "skipped")
  })
})
