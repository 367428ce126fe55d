import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import * as TestProxy from "@athena-engine/database/testing/TestProxy"
import { canFillDisk, TestServer } from "@athena-engine/database/testing/TestServer"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { slowly } from "../runs/slowly.ts"
import { engine } from "../support/engine.ts"
import { appointments, count, happens, june, patients, requestsOf, someOn, truth } from "../support/practice.ts"
import { windowsDone } from "../support/watching.ts"
import { assertAudited, assertOnce, engineOn, migrations, onServer } from "./onServer.ts"

const lists = requestsOf("bookedMultipleDepartment")
const finishedWindows = count("select count(*) from athena.finished_windows")

/** Starts a run of June, and gives it back once so many days are done. */
const underWay = Effect.fnUntraced(function* (windows: number) {
  const { listener, reached } = yield* windowsDone(windows)
  const fiber = yield* Effect.forkChild(listener(appointments(june)))
  yield* reached
  return fiber
})

/** The next run goes on behind the finished days, and ends exact. */
const assertGoesOn = Effect.gen(function* () {
  const rows = yield* count("select count(*) from athena.appointments")
  const finished = yield* finishedWindows
  assert.isAtLeast(finished, 5)
  const asked = yield* lists
  const result = yield* appointments(june)
  assert.deepInclude(result, { status: "complete", updated: 0, unchanged: 0 })
  assert.strictEqual((yield* lists) - asked, 30 - finished)
  yield* assertOnce(result, rows)
})

/** Clear, in one line, and nothing but our own words. */
const assertTold = (message: string | undefined, words: RegExp) => {
  assert.match(message ?? "", words)
  assert.notInclude(message ?? "", "\n")
}

describe.concurrent("a database", () => {
  it.live(
    "that becomes a standby, or takes no writes for another reason, ends the run at once and says what to do",
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const outside = yield* Layer.build(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
        const readOnly = (value: "on" | "off") =>
          Effect.gen(function* () {
            const sql = yield* SqlClient
            yield* sql.unsafe("set default_transaction_read_only = off")
            yield* sql.unsafe(`do $$ begin
            execute format('alter database %I set default_transaction_read_only = ${value}', current_database()); end $$`)
            yield* sql`
            select pg_terminate_backend(pid, 5000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`
          }).pipe(Effect.provideContext(outside))
        const fiber = yield* underWay(5)
        yield* readOnly("on")
        const result = yield* Fiber.join(fiber)
        assert.strictEqual(result.status, "partial")
        assertTold(result.error?.message, /takes no writes \(a standby.*use its primary/)
        yield* readOnly("off")
        yield* assertGoesOn
        yield* assertAudited
      }).pipe(Effect.scoped, Effect.provide(engine({ simulator: slowly })))
  )

  it.live("whose trail can be written no more ends the run, and the next goes on behind what was committed", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const fiber = yield* underWay(5)
      yield* sql`alter table audit.entries rename to elsewhere`
      const result = yield* Fiber.join(fiber)
      assert.strictEqual(result.error?.tag, "AuditTrailUnavailable")
      yield* sql`alter table audit.elsewhere rename to entries`
      const [run] = yield* sql`select status, error_tag as tag from athena.sync_runs`
      assert.deepStrictEqual({ ...run }, { status: "partial", tag: "AuditTrailUnavailable" })
      yield* assertGoesOn
      yield* assertAudited
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )

  it.live("that comes back without its last commits is found out, and the next run reads them again", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const fiber = yield* underWay(5)
      // As a standby would have it that lagged behind by a transaction.
      yield* sql.withTransaction(
        Effect.gen(function* () {
          const [window] = yield* sql<{ readonly day: string }>`
              delete from athena.finished_windows where window_key = (
                select date::text from athena.appointments a
                join athena.finished_windows f on f.window_key = a.date::text order by date limit 1)
              returning window_key as day`
          const gone = yield* sql`
              delete from athena.appointments where date = ${window?.day ?? ""}::date returning appointment_id`
          assert.isAbove(gone.length, 0)
          yield* sql`update athena.sync_runs set fetched = fetched - ${gone.length}, inserted = inserted - ${gone.length}`
        })
      )
      const result = yield* Fiber.join(fiber)
      assert.deepInclude(result, { status: "partial" })
      assert.strictEqual(result.error?.tag, "CommitsLost")
      assertTold(result.error?.message, /the database lost what the run had committed.*Run again/)
      yield* assertGoesOn
    }).pipe(Effect.provide(engine({ simulator: slowly })))
  )

  for (const seed of seeds({ short: 1, long: 8 })) {
    it.live(
      `whose answers to COMMIT are lost has every row written and counted once, of appointments, candidates and patients (TEST_SEED=${seed})`,
      () =>
        Effect.gen(function* () {
          const { url } = yield* TestDatabase
          const proxy = yield* TestProxy.make(TestProxy.socketFolderIn(url))
          const dice = chance(seed)
          let lost = 0
          yield* Effect.gen(function* () {
            yield* proxy.loseCommits(() => {
              // The first is that of the run's own row.
              const isLost = lost === 0 || dice.happens(0.2)
              if (isLost) lost += 1
              return isLost
            })
            const first = yield* appointments(june)
            assert.deepInclude(first, { status: "complete" }, first.error?.message)
            yield* assertOnce(first)
            const changed = yield* someOn("2019-06-04", 6)
            for (const [index, appointmentId] of changed.entries()) {
              yield* happens(
                index % 2 === 0
                  ? { kind: "delete", appointmentId }
                  : { kind: "move", appointmentId, date: dice.pick(["2019-06-02", "2019-06-20"]) }
              )
            }
            const rows = yield* count("select count(*) from athena.appointments")
            const second = yield* appointments(june)
            assert.deepInclude(second, { status: "complete", gone: 3 }, second.error?.message)
            yield* assertOnce(second, rows)
            const third = yield* patients()
            assert.deepInclude(third, { status: "complete" }, third.error?.message)
            assert.strictEqual(third.inserted, yield* count("select count(*) from athena.patients"))
            yield* proxy.loseCommits(() => false)
            assert.strictEqual(yield* assertAudited, 0)
            assert.isAbove(lost, 10)
          }).pipe(Effect.provide(engineOn(proxy.through(url), { simulator: {} })))
        }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer(migrations))),
      sized({ short: 60_000, long: 120_000 })
    )
  }
})

describe.concurrent("a network", () => {
  it.live("that is cut again and again is lived through", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const proxy = yield* TestProxy.make(TestProxy.socketFolderIn(url))
      yield* Effect.gen(function* () {
        const cut = yield* underWay(3)
        for (let times = 0; times < 4; times++) {
          yield* proxy.cut
          yield* Effect.sleep("1 second")
        }
        const result = yield* Fiber.join(cut)
        assert.deepInclude(result, { status: "complete" }, result.error?.message)
        yield* assertOnce(result)
      }).pipe(Effect.provide(engineOn(proxy.through(url), { clockFactor: 10 })))
    }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer(migrations)))
  )

  // It takes the driver several times five seconds to give up.
  it.live("that falls silent ends the run in bounded time", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const proxy = yield* TestProxy.make(TestProxy.socketFolderIn(url))
      yield* Effect.gen(function* () {
        const silent = yield* underWay(5)
        yield* proxy.fallSilent
        const ended = yield* Fiber.join(silent)
        assert.include(["DatabaseError", "AuditTrailUnavailable", "LeaseLost"], ended.error?.tag)
        assertTold(ended.error?.message, /[Cc]heck that the database is up|could not be reached in time/)
        yield* proxy.recover
        // The server still waits for the sessions that fell silent, the one that holds the lease among them.
        yield* proxy.cut
        // Connections that the cut met while they were being made are still in the pool.
        const sql = yield* SqlClient
        const everyConnection = Effect.replicateEffect(sql`select pg_sleep(0.1)`, 10, {
          concurrency: 10,
          discard: true
        })
        const patience = { schedule: Schedule.spaced("1 second"), times: 60 }
        yield* Effect.retry(everyConnection, patience)
        yield* Effect.retry(Effect.andThen(assertGoesOn, assertAudited), patience)
      }).pipe(Effect.provide(engineOn(proxy.through(url), { clockFactor: 10 })))
    }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer(migrations)))
  )
})

layer(TestServer.layer, { excludeTestServices: true })("a database server", (it) => {
  for (const ending of sized({ short: ["immediate"], long: ["fast", "immediate"] } as const)) {
    it.effect(`that comes back within seconds costs the run nothing but the wait (${ending})`, () =>
      onServer((server) =>
        Effect.gen(function* () {
          const fiber = yield* underWay(5)
          yield* server.stop(ending)
          yield* Effect.sleep("700 millis")
          assert.isUndefined(fiber.pollUnsafe())
          yield* server.start
          const result = yield* Fiber.join(fiber)
          assert.deepInclude(result, { status: "complete" }, result.error?.message)
          yield* assertOnce(result)
          assert.strictEqual(yield* assertAudited, 0)
          assert.deepInclude(yield* appointments(june), { status: "complete", inserted: 0, updated: 0 })
        })
      )
    )
  }

  it.effect("that stays away ends it clearly and in bounded time, and the next run goes on from there", () =>
    onServer(
      (server) =>
        Effect.gen(function* () {
          const fiber = yield* underWay(5)
          yield* server.stop("immediate")
          const began = performance.now()
          const result = yield* Fiber.join(fiber)
          // Twenty seconds of patience on a clock that runs ten times as fast.
          assert.isBelow(performance.now() - began, 20_000)
          assert.include(["DatabaseError", "AuditTrailUnavailable", "LeaseLost"], result.error?.tag)
          assertTold(result.error?.message, /[Cc]heck that the database is up|could not be reached in time/)
          assert.strictEqual(result.status, "partial")
          yield* server.start
          yield* assertGoesOn
          yield* assertAudited
        }),
      { clockFactor: 10 }
    )
  )

  it.effect.skipIf(!canFillDisk)(
    "whose disk is full ends the run at once, says so, and leaves no data without its record",
    () =>
      onServer((server, url) =>
        Effect.gen(function* () {
          const noTrail = yield* server.whileFull(url, ["audit.entries"], appointments(june))
          assert.deepInclude(noTrail, { status: "failed", fetched: 0 })
          assert.strictEqual(noTrail.error?.tag, "AuditTrailUnavailable")
          assertTold(noTrail.error?.message, /The disk of the database is full: free some space/)
          assert.strictEqual(yield* lists, 0)

          const noRows = yield* server.whileFull(url, ["athena.appointments"], appointments(june))
          assert.deepInclude(noRows, { fetched: 0, inserted: 0 })
          assert.strictEqual(noRows.error?.tag, "DatabaseError")
          assertTold(noRows.error?.message, /DiskFull \(SQLSTATE 53100\)\. The server's disk is full: free some space/)
          assert.isAbove(yield* lists, 0)
          yield* assertAudited

          const result = yield* appointments(june)
          assert.strictEqual(result.status, "complete")
          yield* assertOnce(result)
          yield* assertAudited
        })
      )
  )

  it.effect(
    "that crashes for want of space for its log ends the run clearly, and the next goes on once there is some",
    () =>
      onServer(
        (server) =>
          Effect.gen(function* () {
            yield* server.stop("fast")
            yield* server.startWithoutLogSpace(700)
            const result = yield* appointments(june)
            assert.include(["DatabaseError", "AuditTrailUnavailable", "LeaseLost"], result.error?.tag)
            assertTold(result.error?.message, /[Cc]heck that the database is up|could not be reached in time/)
            assert.isAbove(result.fetched, 0)
            assert.isBelow(result.fetched, (yield* truth(june)).length)
            yield* server.stop("immediate")
            yield* server.start
            yield* assertGoesOn
            yield* assertAudited
          }),
        { clockFactor: 10 }
      )
  )
})
