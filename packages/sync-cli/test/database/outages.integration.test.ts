import * as Database from "@athena-engine/database/Database"
import { canFillDisk, TestServer } from "@athena-engine/database/testing/TestServer"
import { migrations } from "@athena-engine/program/services/database"
import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Ended, run, start } from "../support/athenaSync.ts"
import * as World from "../support/worlds.ts"

const june = ["appointments", "--from", "2019-06-01", "--to", "2019-06-30", "--json"]

const world = Layer.merge(World.layer(), TestServer.layer)

/** A fresh database of the server, and the environment of a process that uses it. */
const fresh = Effect.gen(function* () {
  const server = yield* TestServer
  const url = yield* server.createDatabase(migrations)
  return { server, url, environment: { ...(yield* World.environment), DATABASE_URL: url } }
})

const numberIn = (url: string, query: string) =>
  Effect.flatMap(SqlClient, (sql) => sql.unsafe<{ readonly n: number }>(`select (${query})::int as n`)).pipe(
    Effect.map(([row]) => row?.n ?? -1),
    Effect.provide(Database.layer({ _tag: "Url", url: Redacted.make(url) }))
  )

const appointmentsIn = (url: string) => numberIn(url, "select count(*) from athena.appointments")

/** A run of June that takes its time, once some of its days are committed. */
const underWay = Effect.fnUntraced(function* (url: string, environment: Readonly<Record<string, string>>) {
  const simulator = yield* Simulator
  yield* simulator.setFaults({ rules: [{ fault: { kind: "latency", milliseconds: 300 } }] })
  const running = start([...june, "--concurrency", "2"], environment)
  const finished = Effect.delay(numberIn(url, "select count(*) from athena.finished_windows"), "100 millis")
  yield* Effect.repeat(finished, { until: (windows) => windows >= 4 })
  return running
})

/** One line of JSON whose error is one line, and no stack trace anywhere. */
const errorOf = (ended: Ended) => {
  assert.strictEqual(ended.stdout.trimEnd().split("\n").length, 1)
  assert.notMatch(ended.stderr, /\n\s+at |Error:/)
  const [result] = JSON.parse(ended.stdout).results
  assert.notInclude(result.error.message, "\n")
  assert.match(result.error.message, / This is the database at \/tmp\/athena-pg-\S+ database test_\w+\.$/)
  return result.error
}

/** The run after it: exit 0, every appointment, and a trail that verifies. */
const assertEndsExact = Effect.fnUntraced(function* (url: string, environment: Readonly<Record<string, string>>) {
  const simulator = yield* Simulator
  yield* simulator.setFaults(noFaults)
  const ended = yield* run(june, environment)
  assert.strictEqual(ended.code, 0, ended.stderr)
  const { appointments } = yield* simulator.snapshot("195900")
  const inJune = appointments.filter(({ date, status }) => date.startsWith("2019-06") && status !== "o")
  assert.strictEqual(yield* appointmentsIn(url), inJune.length)
  assert.strictEqual((yield* run(["audit", "verify"], environment)).code, 0)
})

layer(world, { excludeTestServices: true, timeout: 120_000 })("a database server", (it) => {
  // The engine's own tests live through the same without a process for each run.
  it.effect.skipIf(sized({ short: true, long: false }))(
    "that crashes and comes back in the middle of a run costs nothing but the wait, and ends with 0",
    () =>
      Effect.gen(function* () {
        const { environment, server, url } = yield* fresh
        const running = yield* underWay(url, environment)
        yield* server.stop("immediate")
        yield* server.start
        const ended = yield* running.ended
        assert.strictEqual(ended.code, 0, ended.stdout + ended.stderr)
        assert.strictEqual(JSON.parse(ended.stdout).results[0].inserted, yield* appointmentsIn(url))
        yield* assertEndsExact(url, environment)
      }),
    120_000
  )

  it.effect.skipIf(!canFillDisk)(
    "whose disk is full ends the run with 1, and says so, where, and what to do",
    () =>
      Effect.gen(function* () {
        const { environment, server, url } = yield* fresh
        const noTrail = yield* server.whileFull(url, ["audit.entries"], run(june, environment))
        assert.strictEqual(noTrail.code, 1)
        assert.deepInclude(errorOf(noTrail), { tag: "AuditTrailUnavailable" })
        assert.include(errorOf(noTrail).message, "The disk of the database is full: free some space, then run again.")
        assert.strictEqual(yield* appointmentsIn(url), 0)
        yield* assertEndsExact(url, environment)
      }),
    120_000
  )

  // Of twenty seconds of patience, a process has no other clock than the wall's.
  for (const ending of sized({ short: [], long: ["fast", "immediate"] } as const)) {
    it.effect(
      `that stays away ends the run with 3 in bounded time, and the next run goes on from there (${ending})`,
      () =>
        Effect.gen(function* () {
          const { environment, server, url } = yield* fresh
          const running = yield* underWay(url, environment)
          yield* server.stop(ending)
          const began = performance.now()
          const ended = yield* running.ended
          assert.isBelow(performance.now() - began, 60_000)
          assert.strictEqual(ended.code, 3)
          const { message, tag } = errorOf(ended)
          assert.include(["AuditTrailUnavailable", "DatabaseError", "LeaseLost"], tag)
          assert.match(message, /[Cc]heck that the database is up|could not be reached in time/)
          yield* server.start
          yield* assertEndsExact(url, environment)
        }),
      120_000
    )
  }
})
