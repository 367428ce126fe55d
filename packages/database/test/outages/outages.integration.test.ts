import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it, layer } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Logger, Redacted, Schema, type Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { TestClock } from "effect/testing"
import * as Database from "../../src/Database.ts"
import { DatabaseError, mapSqlError } from "../../src/errors/DatabaseError.ts"
import { Leases } from "../../src/locks/Leases.ts"
import { metaMigrations } from "../../src/migrations/MetaMigrations.ts"
import { rideOut } from "../../src/outages/rideOut.ts"
import { TestDatabase } from "../../src/testing/TestDatabase.ts"
import * as TestProxy from "../../src/testing/TestProxy.ts"
import { canFillDisk, TestServer } from "../../src/testing/TestServer.ts"

class Mine extends Schema.TaggedError<Mine>()("Mine", {}) {}

const on = (url: string) => Database.layer({ _tag: "Url", url: Redacted.make(url) })

/** The driver alone, with its own transactions, as a team might bring it. */
const driverOn = (url: string) => PgClient.layer({ url: Redacted.make(url) })

const endOwnSession = Effect.flatMap(SqlClient, (sql) =>
  Effect.exit(sql`select pg_terminate_backend(pg_backend_pid())`)
)

const others = Effect.flatMap(
  SqlClient,
  (sql) => sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`
)

describe.concurrent("a session that is ended within a transaction", () => {
  const ended = <A, E>(then: Effect.Effect<A, E, SqlClient>) =>
    Effect.flatMap(SqlClient, (sql) =>
      sql.withTransaction(Effect.andThen(endOwnSession, then)).pipe(mapSqlError("test"))
    )
  const statement = Effect.flatMap(SqlClient, (sql) => sql`select 1 as one`)

  const isFailure = Effect.gen(function* () {
    const lost = yield* Effect.flip(ended(statement))
    assert.instanceOf(lost, DatabaseError)
    assert.deepInclude(lost, { operation: "test", isAway: true, isTransient: true })
    assert.deepInclude(yield* Effect.flip(ended(Effect.void)), { kind: "ConnectionError", isAway: true })
    assert.deepStrictEqual(yield* statement, [{ one: 1 }])
  })

  it.live("is a failure and no defect, also with the driver's own transactions", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      yield* Effect.provide(isFailure, driverOn(url))
      yield* Effect.provide(isFailure, on(url))
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  it.live("tells the error that asked for the rollback, or the interruption, not that of the rollback", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(ended(Effect.fail(new Mine()))))._tag, "Mine")
      const inside = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(ended(Effect.andThen(Deferred.succeed(inside, undefined), Effect.never)))
      yield* Deferred.await(inside)
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    }).pipe(Effect.provide(TestDatabase.layer()))
  )
})

describe.concurrent("riding out an absence", () => {
  it.live("repeats a transaction that the server ended since its process stood still in it", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      let attempts = 0
      const transaction = Effect.gen(function* () {
        if (++attempts === 1) {
          yield* sql`set local idle_in_transaction_session_timeout = '30ms'`
          // The process is frozen, and its event loop with it.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
        }
        return yield* sql`select 1 as one`
      })
      assert.deepStrictEqual(yield* rideOut("test")(sql.withTransaction(transaction)), [{ one: 1 }])
      assert.strictEqual(attempts, 2)
    }).pipe(Effect.provide(TestDatabase.layer()))
  )

  const away = new DatabaseError({ operation: "test", kind: "ConnectionError" })

  const failing = Effect.fnUntraced(function* (error: DatabaseError | Mine) {
    let attempts = 0
    const fiber = yield* Effect.forkChild(
      rideOut("test")(
        Effect.suspend(() => {
          attempts += 1
          return Effect.fail(error)
        })
      )
    )
    return { fiber, attempts: () => attempts }
  })

  it.effect("takes some twenty seconds at most, and ends with the last error", () =>
    Effect.gen(function* () {
      const { attempts, fiber } = yield* failing(away)
      yield* TestClock.adjust("15 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      assert.isAbove(attempts(), 8)
      yield* TestClock.adjust("8 seconds")
      assert.strictEqual(yield* Effect.flip(Fiber.join(fiber)), away)
      assert.isBelow(attempts(), 24)
    })
  )

  it.effect("is not for errors that waiting cannot mend", () =>
    Effect.gen(function* () {
      for (const error of [
        new Mine(),
        ...["53100", "25006", "42501", "23505", "57P04"].map(
          (sqlState) => new DatabaseError({ operation: "test", kind: "UnknownError", sqlState })
        )
      ]) {
        const { attempts, fiber } = yield* failing(error)
        assert.strictEqual(yield* Effect.flip(Fiber.join(fiber)), error)
        assert.strictEqual(attempts(), 1)
      }
    })
  )
})

const realMoment = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 50)))

describe.concurrent("a network that falls silent", () => {
  it.effect("holds BEGIN, COMMIT and ROLLBACK for a bounded time, and leaves a pool that works", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const proxy = yield* TestProxy.make(TestProxy.socketFolderIn(url))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* sql`create table written (id int primary key)`
        // Three connections, so that BEGIN gets one that is idle.
        yield* Effect.all(
          Array.from({ length: 3 }, () => sql`select pg_sleep(0.2)`),
          { concurrency: "unbounded" }
        )
        const silence = yield* Deferred.make<void>()
        const inside = yield* Deferred.make<void>()
        let entered = 0
        const enter = Effect.suspend(() =>
          Effect.andThen(++entered === 2 ? Deferred.succeed(inside, undefined) : Effect.void, Deferred.await(silence))
        )
        const commit = yield* Effect.forkChild(
          sql.withTransaction(Effect.andThen(sql`insert into written values (1)`, enter))
        )
        const rollback = yield* Effect.forkChild(
          sql.withTransaction(
            sql`insert into written values (2)`.pipe(Effect.andThen(enter), Effect.andThen(new Mine()))
          )
        )
        yield* Deferred.await(inside)
        yield* proxy.fallSilent
        const begin = yield* Effect.forkChild(sql.withTransaction(Effect.void))
        yield* Deferred.succeed(silence, undefined)
        const held = [begin, commit, rollback]
        while (held.some((fiber) => fiber.pollUnsafe() === undefined)) {
          yield* TestClock.adjust("5 seconds")
          yield* realMoment
        }
        const errors = yield* Effect.forEach(held, (fiber) => Effect.flip(Fiber.join(fiber)))
        assert.deepStrictEqual(
          errors.map((error) => (error._tag === "SqlError" ? error.reason._tag : error._tag)),
          ["ConnectionError", "ConnectionError", "Mine"]
        )
        yield* proxy.recover
        yield* sql.withTransaction(sql`insert into written values (3)`)
        assert.deepStrictEqual(yield* sql`select id from written order by id`, [{ id: 3 }])
      }).pipe(Effect.provide(on(proxy.through(url))))
    }).pipe(Effect.scoped, Effect.provide(TestDatabase.layer()))
  )
})

describe.concurrent("a lease", () => {
  const name = "appointments of practice 195900"
  const mine = { holder: "athena-sync on host-a (process 1)" }
  const leases = Leases.layer.pipe(Layer.provideMerge(TestDatabase.layer([metaMigrations])))

  it.live("whose session is ended is taken up again by its holder, and is then nobody else's", () =>
    Effect.gen(function* () {
      const { acquire } = yield* Leases
      const sql = yield* SqlClient
      const lease = yield* acquire(name, { ...mine, ttl: "6 seconds" })
      const livingSession = sql<{ readonly n: number }>`
        select count(*)::int as n from athena_meta.leases l join pg_stat_activity a
          on a.pid = l.backend_pid and a.backend_start = l.backend_start`
      assert.deepStrictEqual(yield* livingSession, [{ n: 1 }])
      yield* others
      assert.deepStrictEqual(yield* livingSession, [{ n: 0 }])
      yield* Effect.repeat(Effect.delay(livingSession, "20 millis"), { until: ([row]) => row?.n === 1 })
      const refused = yield* Effect.flip(acquire(name, { holder: "another" }))
      assert.strictEqual(refused._tag, "LeaseHeld")
      yield* sql.withTransaction(lease.assertHeld)
    }).pipe(Effect.scoped, Effect.provide(leases))
  )

  it.live("that another took while its holder's session was gone lets the old holder commit nothing", () =>
    Effect.gen(function* () {
      const { acquire } = yield* Leases
      const sql = yield* SqlClient
      const { url } = yield* TestDatabase
      const another = yield* Layer.build(Layer.provide(Leases.layer, on(url)))
      const lease = yield* acquire(name, mine)
      yield* others
      const next = yield* Effect.provide(
        Leases.use((theirs) => theirs.acquire(name, { holder: "another" })),
        another
      )
      assert.strictEqual(next.fence, lease.fence + 1n)
      assert.strictEqual((yield* Effect.flip(sql.withTransaction(lease.assertHeld)))._tag, "LeaseLost")
    }).pipe(Effect.scoped, Effect.provide(leases))
  )
})

layer(TestServer.layer, { excludeTestServices: true })("a server", (it) => {
  const withDatabase = <A, E>(
    test: (server: TestServer["Service"], url: string) => Effect.Effect<A, E, SqlClient | Leases | Scope.Scope>
  ) =>
    Effect.gen(function* () {
      const server = yield* TestServer
      const url = yield* server.createDatabase([metaMigrations])
      const quiet = Layer.merge(Leases.layer, Logger.layer([]))
      yield* Effect.scoped(test(server, url)).pipe(Effect.provide(Layer.provideMerge(quiet, on(url))))
    })

  it.effect("that is restarted or crashes is ridden out, with the lease kept; that stays away loses it in time", () =>
    withDatabase((server) =>
      Effect.gen(function* () {
        const { acquire } = yield* Leases
        const sql = yield* SqlClient
        const lease = yield* acquire("restarts", { holder: "me" })
        const commit = sql.withTransaction(lease.assertHeld)
        for (const ending of ["fast", "immediate"] as const) {
          yield* server.stop(ending)
          const waiting = yield* Effect.forkChild(rideOut("test")(commit))
          assert.strictEqual((yield* Effect.flip(mapSqlError("test")(commit)))._tag, "DatabaseError")
          yield* server.start
          yield* Fiber.join(waiting)
        }
        const short = yield* acquire("short", { holder: "me", ttl: "600 millis" })
        yield* server.stop("immediate")
        assert.strictEqual((yield* Effect.flip(short.lost))._tag, "LeaseLost")
        yield* server.start
        // Nobody took it meanwhile, but whoever lost it is not to trust that.
        assert.strictEqual((yield* acquire("short", { holder: "me" })).fence, short.fence + 1n)
      })
    )
  )

  it.effect.skipIf(!canFillDisk)("whose disk is full, or that takes no writes, says so and what to do", () =>
    withDatabase((server, url) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* sql`create table grows (id int)`
        const write = rideOut("rows.write")(sql`insert into grows values (1)`)
        const full = yield* server.whileFull(url, ["grows"], Effect.flip(write))
        assert.deepInclude(full, { kind: "DiskFull", sqlState: "53100", isOutage: true, isAway: false })
        assert.strictEqual(
          full.message,
          "The database failed rows.write: DiskFull (SQLSTATE 53100). " +
            "The server's disk is full: free some space and run again. What was committed stays."
        )
        yield* write
        yield* server.administrate(
          [
            "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
          ],
          url
        )
        const standby = yield* Effect.flip(write)
        assert.deepInclude(standby, { kind: "ReadOnly", sqlState: "25006", isAway: false })
        assert.include(standby.message, "use its primary")
        const { withLease } = yield* Leases
        const noLease = yield* Effect.flip(withLease("any", { holder: "me" }, () => Effect.void))
        assert.include(noLease.message, "use its primary")
      })
    )
  )
})
