import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { assert, layer } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Running, run, start } from "../support/athenaSync.ts"
import { deadPort } from "../support/network.ts"
import * as World from "../support/worlds.ts"

const fast = { excludeTestServices: true, timeout: 120_000 } as const
const practices = Array.from({ length: 3 }, (_, n) => String(195_900 + n))

const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  condition.pipe(
    Effect.flatMap((isSo) => (isSo ? Effect.void : Effect.fail("not yet"))),
    Effect.retry(Schedule.spaced("50 millis"))
  )

const counted = (what: string) =>
  Effect.map(
    Effect.flatMap(SqlClient, (sql) => sql.unsafe<{ readonly n: number }>(`select (${what})::int as n`)),
    ([row]) => row?.n ?? 0
  )

/** Nobody was up since yesterday. */
const missed = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    insert into athena.scheduled_jobs (practice_id, job, covered_until)
    select practice, 'appointments', now() - interval '2 days' from unnest(${practices}::text[]) as practice
    on conflict (practice_id, job) do update set
      covered_until = excluded.covered_until, due_at = null, begun_at = null, pending = null, attempts = 0`
})

const done = counted("select count(*) from athena.scheduled_jobs where covered_until > now() - interval '1 hour'")

const statusOf = (url: string) =>
  Effect.promise(() => fetch(url).then(async (answer) => ({ status: answer.status, text: await answer.text() }))).pipe(
    Effect.catchDefect(() => Effect.succeed({ status: 0, text: "" }))
  )

/** Started, and killed at the end of the test whatever happens. */
const copy = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => start(["schedule", ...args], environment)),
    (running: Running) => Effect.sync(() => running.kill("SIGKILL"))
  )

interface Line {
  readonly practiceId: string
  readonly status: string
  readonly results: ReadonlyArray<{ readonly requests: number }>
}

const linesOf = (stdout: string): ReadonlyArray<Line> =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

layer(
  World.layer({ faults: { rules: [{ fault: { kind: "latency", milliseconds: 200, upToMilliseconds: 400 } }] } }),
  fast
)("athena-sync schedule", (it) => {
  it.effect(
    "killed, leaves its practices to another copy, which goes on behind what was committed: every practice is done, and none twice",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), ATHENA_PRACTICES: practices.join(",") }
        yield* missed
        const one = yield* copy(["--job", "appointments", "--json"], environment)
        const windows = counted("select count(*) from athena.finished_windows")
        yield* until(Effect.map(windows, (count) => count >= 9))
        one.kill("SIGKILL")
        const killed = yield* one.ended
        const other = yield* copy(["--job", "appointments", "--json"], environment)
        yield* until(Effect.map(done, (count) => count === practices.length))
        other.kill("SIGTERM")
        const ended = yield* other.ended
        assert.strictEqual(ended.code, 143, ended.stderr)
        const finished = [...linesOf(killed.stdout), ...linesOf(ended.stdout)]
        assert.sameMembers(
          finished.map(({ practiceId }) => practiceId),
          practices
        )
        assert.isTrue(finished.every(({ status }) => status === "complete"))
        // A run was cut by the kill, and the days that were done of it were not read again.
        const cut = yield* counted("select count(*) from athena.sync_runs where error_tag = 'Killed'")
        assert.isAtLeast(cut, 1)
        const requests = linesOf(ended.stdout).flatMap(({ results }) => results.map((result) => result.requests))
        assert.isBelow(Math.min(...requests), 97)
        assert.strictEqual(
          yield* counted(
            "select count(*) from (select 1 from athena.sync_runs where status = 'complete' group by practice_id, resource having count(*) > 1) as twice"
          ),
          0
        )
      }).pipe(Effect.scoped),
    fast.timeout
  )

  it.effect(
    "stopped in the middle of its work, ends soon with what it fetched committed, and says how to go on; nothing on stdout",
    () =>
      Effect.gen(function* () {
        const environment = { ...(yield* World.environment), ATHENA_PRACTICES: practices.join(",") }
        yield* missed
        const running = yield* copy(["--job", "appointments"], environment)
        yield* until(
          Effect.map(counted("select count(*) from athena.sync_runs where status = 'running'"), (count) => count > 0)
        )
        const began = performance.now()
        running.kill("SIGTERM")
        const { code, stderr, stdout } = yield* running.ended
        assert.strictEqual(code, 143, stderr)
        assert.isBelow(performance.now() - began, 25_000)
        assert.strictEqual(stdout, "")
        assert.include(stderr, "What was fetched so far is committed")
        assert.strictEqual(yield* counted("select count(*) from athena.sync_runs where status = 'running'"), 0)
        assert.isAbove(
          yield* counted("select count(*) from athena.scheduled_jobs where last_status = 'stopped' and attempts = 0"),
          0
        )
      }).pipe(Effect.scoped),
    fast.timeout
  )

  it.effect(
    "tells what is due, and answers whoever watches it: ids and numbers, no names",
    () =>
      Effect.gen(function* () {
        const port = yield* deadPort
        const environment = { ...(yield* World.environment), LOG_FORMAT: "json" }
        const { url } = yield* TestDatabase
        for (const args of [["appointments", "--from", "2019-06-03", "--to", "2019-06-03"], ["patients"]]) {
          assert.strictEqual((yield* run(args, environment)).code, 0)
        }
        const running = yield* copy(
          [
            "--job",
            "appointments",
            "--job",
            "changes=*/15 * * * *",
            "--time-zone",
            "America/Chicago",
            "--jitter",
            "20m",
            "--port",
            String(port)
          ],
          environment
        )
        const ask = (path: string) => statusOf(`http://127.0.0.1:${port}${path}`)
        yield* until(Effect.map(ask("/health/ready"), ({ status }) => status === 200))
        assert.strictEqual((yield* ask("/health/live")).status, 200)
        assert.strictEqual((yield* ask("/elsewhere")).status, 404)
        const { text } = yield* ask("/metrics")
        for (const name of [
          'athena_schedule_next_due_timestamp_seconds{practice_id="195900",job="appointments"}',
          'athena_schedule_lateness_seconds{practice_id="195900",job="changes"} 0',
          'athena_freshness_seconds{practice_id="195900",resource="appointments"}',
          "athena_database_up 1"
        ]) {
          assert.include(text, name)
        }
        const names = yield* Effect.flatMap(
          SqlClient,
          (sql) =>
            sql<{
              readonly name: string
            }>`select distinct last_name as name from athena.patients where length(last_name) > 4`
        )
        running.kill("SIGINT")
        const { code, stderr } = yield* running.ended
        assert.strictEqual(code, 130, stderr)
        const scheduled = stderr
          .split("\n")
          .filter((line) => line.includes('"Scheduled"'))
          .map((line) => JSON.parse(line))
        assert.deepStrictEqual(
          scheduled.map(({ cron, job, timeZone }) => [job, cron, timeZone]),
          [
            ["appointments", "0 2 * * *", "America/Chicago"],
            ["changes", "*/15 * * * *", "America/Chicago"]
          ]
        )
        assert.match(scheduled[0]?.nextDue, /^\d{4}-\d\d-\d\dT02:00:00\.000-0[56]:00$/)
        assert.isAbove(names.length, 5)
        for (const { name } of names) assert.isFalse(`${text}${stderr}`.includes(name))
        assert.isFalse(`${text}${stderr}`.includes(url))
      }).pipe(Effect.scoped),
    fast.timeout
  )

  it.effect(
    "says which port is taken, and ends",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const { port } = new URL(environment.ATHENA_BASE_URL)
        const { code, stderr } = yield* (yield* copy(["--port", port], environment)).ended
        assert.strictEqual(code, 1)
        assert.match(stderr, /127\.0\.0\.1:\d+ cannot be listened on \(EADDRINUSE\)/)
      }).pipe(Effect.scoped),
    fast.timeout
  )
})
