import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { Asking } from "../../src/output/Asking.ts"
import { start } from "../support/athenaSync.ts"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const day = ["appointments", "--from", "2019-06-03", "--to", "2019-06-03", "--practice", "195900"]
const purge = ["purge", "--practice", "195900"]

const counted = (what: string) =>
  Effect.map(
    Effect.flatMap(SqlClient, (sql) => sql.unsafe<{ readonly n: number }>(`select count(*)::int as n from ${what}`)),
    ([row]) => row?.n ?? -1
  )

/** Whoever sits at the terminal, and what they were asked. */
const typing = (answer: string) => Layer.succeed(Asking, { isPossible: true, ask: () => Effect.succeed(answer) })

/** A script. */
const noTerminal = Layer.succeed(Asking, { isPossible: false, ask: () => Effect.die("there is nobody to ask") })

const limits = { excludeTestServices: true, timeout: 60_000 } as const

layer(World.layer(), limits)("athena-sync purge", (it) => {
  it.effect(
    "asks first, on stderr; without a terminal it needs --yes; what is typed must be the practice id",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        yield* run(day, environment)
        const rows = yield* counted("athena.appointments")
        assert.isAbove(rows, 0)

        const unasked = yield* run(purge, environment, noTerminal)
        assert.deepInclude(unasked, { code: 2, stdout: "" })
        assert.include(unasked.stderr, "--yes")
        const mistyped = yield* run(purge, environment, typing("195901"))
        assert.deepInclude(mistyped, { code: 2, stdout: "" })
        assert.include(mistyped.stderr, "nothing was destroyed")
        assert.match(mistyped.stderr, /athena\.appointments +\d+/)
        const planned = yield* run([...purge, "--dry-run", "--json"], environment)
        assert.strictEqual(planned.code, 0, planned.stderr)
        assert.strictEqual(JSON.parse(planned.stdout).rows["athena.appointments"], rows)
        assert.strictEqual(yield* counted("athena.appointments"), rows)
        assert.strictEqual(yield* counted("audit.events where action = 'D'"), 0)

        assert.isAbove(yield* counted("coordination.counters where name like '%/practice/195900'"), 0)
        const done = yield* run(purge, environment, typing("195900"))
        assert.strictEqual(done.code, 0, done.stderr)
        assert.include(done.stdout, "The audit trail stays")
        for (const line of done.stdout.split("\n").slice(1)) assert.isAtMost(line.length, 80, line)
        assert.include(done.stderr, "ATHENA_PRACTICES")
        assert.strictEqual(yield* counted("athena.appointments"), 0)
        assert.strictEqual(yield* counted("coordination.counters where name like '%/practice/195900'"), 0)
      }),
    60_000
  )

  it.effect(
    "killed between two tables, is run again and ends as if it had never been killed; the trail tells both",
    () =>
      Effect.gen(function* () {
        const environment = yield* World.environment
        const sql = yield* SqlClient
        const before = yield* counted("audit.events where action = 'D'")
        yield* run([...day, "--practice", "195901"], environment)
        yield* run(["patients", "--practice", "195900"], environment)
        const others = yield* counted("athena.appointments where practice_id = '195901'")

        // Holds the purge up at a table in the middle.
        const locked = yield* Deferred.make<void>()
        const release = yield* Deferred.make<void>()
        yield* Effect.forkChild(
          sql.withTransaction(
            sql`select from athena.patients where practice_id = '195900' limit 1 for update`.pipe(
              Effect.andThen(Deferred.succeed(locked, undefined)),
              Effect.andThen(Deferred.await(release))
            )
          )
        )
        yield* Deferred.await(locked)
        const running = start([...purge, "--yes"], environment)
        yield* Effect.repeat(Effect.delay(counted("athena.appointments where practice_id = '195900'"), "50 millis"), {
          until: (rows) => rows === 0
        })
        running.kill("SIGKILL")
        assert.strictEqual((yield* running.ended).code, "SIGKILL")
        yield* Deferred.succeed(release, undefined)
        assert.isAbove(yield* counted("athena.patients where practice_id = '195900'"), 0)
        assert.strictEqual(yield* counted("audit.events where action = 'D' and outcome = 'unknown'"), 1)

        const ended = yield* run([...purge, "--yes", "--json"], environment)
        assert.strictEqual(ended.code, 0, ended.stderr)
        const report = JSON.parse(ended.stdout)
        assert.deepInclude(report, { command: "purge", practiceId: "195900", status: "complete" })
        assert.isUndefined(report.deleted["athena.appointments"])
        assert.isAbove(report.deleted["athena.patients"], 0)
        for (const table of ["appointments", "patients", "sync_runs", "watermarks", "departments"]) {
          assert.strictEqual(yield* counted(`athena.${table} where practice_id = '195900'`), 0, table)
        }
        assert.strictEqual(yield* counted("athena.appointments where practice_id = '195901'"), others)
        assert.strictEqual(yield* counted("audit.events where action = 'D'"), before + 2)
        assert.strictEqual(yield* counted("audit.entries where kind = 'recovery' and endpoint like 'PURGE%'"), 1)
        const verified = yield* run(["audit", "verify", "--json"], environment)
        assert.strictEqual(JSON.parse(verified.stdout).status, "verified")
      }),
    60_000
  )
})
