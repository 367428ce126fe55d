import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Redacted, Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { TestClock } from "effect/testing"
import { Leases } from "../../src/locks/Leases.ts"
import { metaMigrations } from "../../src/migrations/MetaMigrations.ts"
import { TestDatabase } from "../../src/testing/TestDatabase.ts"
import * as TestProxy from "../../src/testing/TestProxy.ts"
import { start } from "../programs/program.ts"

const layer = Leases.layer.pipe(Layer.provideMerge(TestDatabase.layer([metaMigrations])))
const name = "sync of practice 195900, appointments"
const mine = { holder: "athena-sync on host-a (process 1)" }
const theirs = { holder: "athena-sync on host-b (process 2)" }

/** As if the holder had been cut off for longer than the lease's life. */
const runOut = Effect.flatMap(
  SqlClient,
  (sql) => sql`update athena_meta.leases set expires_at = now() - interval '1 second'`
)

describe("Leases", () => {
  it.effect("refuses a second holder and says who has it since when", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const refused = yield* leases.withLease(name, mine, () =>
        Effect.flip(leases.withLease(name, theirs, () => Effect.void))
      )
      assert.strictEqual(refused._tag, "LeaseHeld")
      assert.match(refused.message, /195900, appointments is held by athena-sync on host-a \(process 1\) since 20\d\d-/)
    }).pipe(Effect.provide(layer))
  )

  it.effect("counts the fence up with every holder, and lets other names alone", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const fence = (key: string) => leases.withLease(key, mine, (lease) => Effect.succeed(lease.fence))
      assert.deepStrictEqual([yield* fence(name), yield* fence(name), yield* fence("other")], [1n, 2n, 1n])
      assert.deepStrictEqual(yield* leases.holdings, [])
    }).pipe(Effect.provide(layer))
  )

  it.live("gives the lease to one of many that ask at once", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      let refused = 0
      const untilAllWereRefused = Effect.gen(function* () {
        while (refused < 7) yield* Effect.sleep("10 millis")
      })
      const ask = leases
        .withLease(name, mine, () => untilAllWereRefused)
        .pipe(
          Effect.catchTag("LeaseHeld", () =>
            Effect.sync(() => {
              refused += 1
            })
          )
        )
      yield* Effect.all(
        Array.from({ length: 8 }, () => ask),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(refused, 7)
    }).pipe(Effect.provide(layer))
  )

  it.live("is free at once when its holder's process is killed, with a higher fence", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const { url } = yield* TestDatabase
      const program = yield* start("take-lease", [url, name, theirs.holder])
      assert.strictEqual(yield* program.line, "1")
      const refused = yield* Effect.flip(leases.withLease(name, mine, () => Effect.void))
      assert.include(refused.message, theirs.holder)
      yield* program.kill
      yield* Effect.sleep("100 millis")
      assert.strictEqual(yield* leases.withLease(name, mine, ({ fence }) => Effect.succeed(fence)), 2n)
    }).pipe(Effect.provide(layer))
  )

  it.effect("counts only the time for a holder behind a pooler, whose session tells nothing", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const sql = yield* SqlClient
      yield* sql`insert into athena_meta.leases values (${name}, ${theirs.holder}, now(), 7, now() + interval '1 minute')`
      const refused = yield* Effect.flip(leases.withLease(name, mine, () => Effect.void))
      assert.strictEqual(refused._tag, "LeaseHeld")
      yield* runOut
      assert.strictEqual(yield* leases.withLease(name, mine, ({ fence }) => Effect.succeed(fence)), 8n)
    }).pipe(Effect.provide(layer))
  )

  it.effect("is renewed every third of its life", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const sql = yield* SqlClient
      yield* leases.withLease(name, mine, () =>
        Effect.gen(function* () {
          yield* runOut
          yield* TestClock.adjust("10 seconds")
          let left = 0
          while (left < 20) {
            const [row] = yield* sql<{ readonly left: number }>`
              select extract(epoch from expires_at - now())::int as left from athena_meta.leases`
            left = row?.left ?? 0
          }
          assert.isAtMost(left, 30)
        })
      )
    }).pipe(Effect.provide(layer))
  )

  it.effect("interrupts the work of a holder that was overtaken, and lets it commit nothing", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const sql = yield* SqlClient
      const zombie = yield* leases.acquire(name, mine)
      yield* runOut
      const next = yield* leases.acquire(name, theirs)
      assert.isTrue(next.fence > zombie.fence)
      const commit = yield* Effect.flip(
        sql.withTransaction(Effect.andThen(sql`create table mistake (id int)`, zombie.assertHeld))
      )
      assert.strictEqual(commit._tag, "LeaseLost")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Effect.flip(zombie.lost))._tag, "LeaseLost")
      yield* sql.withTransaction(next.assertHeld)
      const [row] = yield* sql`select to_regclass('mistake') is null as nothing`
      assert.deepStrictEqual(row, { nothing: true })
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("is renewed while a transaction that asserted it is open", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const sql = yield* SqlClient
      const lease = yield* leases.acquire(name, { ...mine, ttl: "600 millis" })
      yield* sql.withTransaction(Effect.andThen(lease.assertHeld, sql`select pg_sleep(0.9)`))
      yield* sql.withTransaction(lease.assertHeld)
      assert.strictEqual((yield* leases.holdings).length, 1)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("goes to another one when its holder stands still in a transaction, which then commits nothing", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const sql = yield* SqlClient
      const zombie = yield* leases.acquire(name, { ...mine, ttl: "500 millis" })
      const asserted = yield* Deferred.make<void>()
      const isOvertaken = yield* Deferred.make<void>()
      const work = yield* zombie.assertHeld.pipe(
        Effect.andThen(Deferred.succeed(asserted, undefined)),
        Effect.andThen(Deferred.await(isOvertaken)),
        Effect.andThen(sql`create table mistake (id int)`),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(asserted)
      yield* runOut
      assert.strictEqual(yield* leases.withLease(name, theirs, ({ fence }) => Effect.succeed(fence)), 2n)
      yield* Deferred.succeed(isOvertaken, undefined)
      assert.isTrue(Exit.isFailure(yield* Fiber.await(work)))
      const [row] = yield* sql`select to_regclass('mistake') is null as nothing`
      assert.deepStrictEqual(row, { nothing: true })
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("keeps the others that its process holds when it is given back in the middle of a renewal", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const { url } = yield* TestDatabase
      const proxy = yield* TestProxy.make(TestProxy.socketFolderIn(url))
      const behindProxy = yield* Layer.build(
        Layer.fresh(Leases.layer).pipe(Layer.provide(PgClient.layer({ url: Redacted.make(proxy.through(url)) })))
      )
      const theirLeases = Context.get(behindProxy, Leases)
      yield* theirLeases.acquire("the other", theirs)
      const scope = yield* Scope.make()
      yield* Scope.provide(theirLeases.acquire(name, { ...theirs, ttl: "2 seconds" }), scope)
      const expiry = Effect.map(
        sql<{ readonly at: string }>`select expires_at::text as at from athena_meta.leases where name = ${name}`,
        ([row]) => row?.at
      )
      const renewed = Effect.flatMap(expiry, (before) =>
        Effect.repeat(Effect.delay(expiry, "2 millis"), { until: (now) => now !== before })
      )
      // The first renewal makes the statement known to the server, which takes an answer more.
      yield* renewed
      yield* Effect.sleep("20 millis")
      yield* proxy.holdAnswers
      yield* renewed
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      // Long enough for the driver to ask the server to cancel a statement that has ended.
      yield* Effect.sleep("100 millis")
      yield* proxy.letAnswersGo
      yield* Fiber.join(closing)
      yield* Effect.sleep("100 millis")
      const holdings = yield* Leases.use((leases) => leases.holdings)
      assert.deepStrictEqual(
        holdings.map((holding) => holding.name),
        ["the other"]
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("is not taken from under a transaction that asserted it", () =>
    Effect.gen(function* () {
      const leases = yield* Leases
      const sql = yield* SqlClient
      const lease = yield* leases.acquire(name, mine)
      const asserted = yield* Deferred.make<void>()
      const mayCommit = yield* Deferred.make<void>()
      const work = yield* lease.assertHeld.pipe(
        Effect.andThen(Deferred.succeed(asserted, undefined)),
        Effect.andThen(Deferred.await(mayCommit)),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(asserted)
      yield* runOut
      const contender = yield* Effect.forkChild(leases.withLease(name, theirs, ({ fence }) => Effect.succeed(fence)))
      yield* Effect.sleep("200 millis")
      assert.isUndefined(contender.pollUnsafe())
      yield* Deferred.succeed(mayCommit, undefined)
      yield* Fiber.join(work)
      assert.strictEqual(yield* Fiber.join(contender), 2n)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})
