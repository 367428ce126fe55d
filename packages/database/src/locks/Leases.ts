/**
 * Named leases: one holder at a time, over all processes of a database.
 *
 * - **Taken**: the lease's row names the holder and gets a fence, one higher than ever before.
 * - **Kept**: renewed in the background every third of its life. A transaction that must not commit for a holder
 *   that has lost it calls `lease.assertHeld` first.
 * - **Given back** when the work ends, however it ends.
 * - **Run out**: a holder that is killed loses it at once, as its session ends with it; one that is cut off loses it when
 *   its life has run out by the database's clock. The next holder gets a higher fence.
 * - **Lost**: the work is interrupted and fails with `LeaseLost`.
 *
 * A database that goes away and comes back within nine tenths of the lease's life costs nothing: the row, and with it the
 * fence, outlives the session, and the next renewal brings a new session. Until then, ten seconds at most, another
 * process may take the lease; `assertHeld` tells.
 *
 * A statement on the session of the leases is let come to its end, also for who is interrupted: the driver would ask the
 * server to cancel it and, if that came too late, give up the session, by which all leases of the process live.
 *
 * Needs `metaMigrations`. All leases of a process share one connection beside the pool.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import * as PgPool from "@effect/sql-pg/PgPool"
import { Clock, Context, Deferred, Duration, Effect, Layer, Option, type Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { DatabaseError, mapSqlError } from "../errors/DatabaseError.ts"
import { rideOut } from "../outages/rideOut.ts"
import { LeaseHeld, LeaseLost } from "./LeaseErrors.ts"
import * as LeaseRows from "./LeaseRows.ts"

/** How a lease is taken. */
export interface Options {
  /** Who takes it, in words for whoever is refused: `athena-sync on host (process 4711)`. No PHI. */
  readonly holder: string
  /** Life without renewal. Default 30 s; renewed every third of it. */
  readonly ttl?: Duration.Input
}

/** A lease that was taken. */
export interface Lease {
  readonly name: string
  /** Grows with every holder. */
  readonly fence: bigint
  /**
   * Inside a transaction: fails with `LeaseLost` unless the lease is still this one, and keeps others from taking it
   * until the transaction ends. Renewals go on meanwhile. The server ends a transaction that does nothing for as long as
   * the lease's life.
   */
  readonly assertHeld: Effect.Effect<void, LeaseLost | DatabaseError, SqlClient>
  /** Never succeeds; fails once the lease is lost. */
  readonly lost: Effect.Effect<never, LeaseLost>
}

export class Leases extends Context.Service<
  Leases,
  {
    /** Takes a lease until the scope closes. Fails at once with `LeaseHeld` if a live holder has it. */
    readonly acquire: (name: string, options: Options) => Effect.Effect<Lease, LeaseHeld | DatabaseError, Scope.Scope>
    /** Runs `work` under a lease; losing the lease interrupts it. */
    readonly withLease: <A, E, R>(
      name: string,
      options: Options,
      work: (lease: Lease) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | LeaseHeld | LeaseLost | DatabaseError, R>
    /** Who holds what now, by name. */
    readonly holdings: Effect.Effect<ReadonlyArray<LeaseRows.Holding>, DatabaseError>
  }
>()("database/locks/Leases") {
  static readonly layer: Layer.Layer<Leases, DatabaseError, PgClient.PgClient> = Layer.effect(
    Leases,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const { config } = yield* PgClient.PgClient
  // One session for all leases; opened by the first, replaced when it breaks, never closed for being idle.
  const session = yield* PgPool.make({
    ...config,
    multiplex: false,
    maxConnections: 1,
    minConnections: 0,
    idleTimeout: Duration.infinity
  }).pipe(mapSqlError("leases.connect"))

  const take = (name: string, options: Options, ttlMillis: number) =>
    Effect.flatMap(
      // Asked first, since taking waits for a transaction that asserts the lease.
      session.use((connection) =>
        Effect.gen(function* () {
          const [holding] = yield* LeaseRows.held(connection, name)
          if (holding !== undefined) return yield* new LeaseHeld(holding)
          return yield* LeaseRows.take(connection, name, options.holder, ttlMillis)
        })
      ),
      (fence) => Effect.fromOption(fence)
    ).pipe(
      // Free when asked and taken by another one since: ask again who that is.
      Effect.retry({ times: 5, while: (error) => error._tag === "NoSuchElementError" }),
      Effect.catchTag("NoSuchElementError", Effect.die),
      // A lease taken by a session that is lost before it answers is free again, as that session is gone.
      rideOut("leases.acquire")
    )

  const acquire = Effect.fnUntraced(function* (name: string, options: Options) {
    const ttlMillis = Duration.toMillis(options.ttl ?? Duration.seconds(30))
    const fence = yield* Effect.acquireRelease(take(name, options, ttlMillis), (taken) =>
      session
        .use((connection) => LeaseRows.release(connection, name, taken))
        .pipe(Effect.timeout("5 seconds"), Effect.ignore)
    )
    const lost = yield* Deferred.make<never, LeaseLost>()
    yield* keep(session, name, fence, ttlMillis).pipe(
      Effect.andThen(Deferred.fail(lost, new LeaseLost({ name }))),
      Effect.forkScoped
    )
    return { name, fence: BigInt(fence), assertHeld: assertHeld(name, fence, ttlMillis), lost: Deferred.await(lost) }
  })

  const withLease = <A, E, R>(name: string, options: Options, work: (lease: Lease) => Effect.Effect<A, E, R>) =>
    Effect.scoped(Effect.flatMap(acquire(name, options), (lease) => Effect.raceFirst(work(lease), lease.lost)))

  return Leases.of({
    acquire,
    withLease,
    holdings: session
      .use((connection) => LeaseRows.held(connection))
      .pipe(
        undisturbed("10 seconds"),
        Effect.catchTag("TimeoutError", () =>
          Effect.fail(new DatabaseError({ operation: "leases.holdings", kind: "ConnectionError" }))
        ),
        mapSqlError("leases.holdings")
      )
  })
})

/** An interruption waits until the effect has ended; only `patience` cuts it short. */
const undisturbed =
  (patience: Duration.Input) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.uninterruptible(Effect.timeout(Effect.interruptible(effect), patience))

/** Renews until the lease is lost: its fence has moved, or no renewal succeeded for nine tenths of its life. */
const keep = Effect.fnUntraced(function* (session: PgPool.PgPool, name: string, fence: string, ttlMillis: number) {
  const renew = (connection: PgConnection.PgConnection): Effect.Effect<boolean, SqlError> =>
    LeaseRows.renew(connection, name, fence, ttlMillis)
  let renewedAt = yield* Clock.currentTimeMillis
  let wait = ttlMillis / 3
  while (true) {
    yield* Effect.sleep(wait)
    const began = yield* Clock.currentTimeMillis
    const isHeld = yield* session.use(renew).pipe(undisturbed(ttlMillis / 4), Effect.option)
    if (Option.isSome(isHeld)) {
      if (!isHeld.value) return
      renewedAt = began
      wait = ttlMillis / 3
    } else {
      if ((yield* Clock.currentTimeMillis) - renewedAt > ttlMillis * 0.9) return
      wait = ttlMillis / 15
    }
  }
})

/** A process that stands still in its transaction must not keep others waiting: the server ends it. */
const assertHeld = (name: string, fence: string, ttlMillis: number): Lease["assertHeld"] =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const mostIdle = String(Math.ceil(ttlMillis))
    const rows = yield* sql`
      select set_config('idle_in_transaction_session_timeout', ${mostIdle}, true) from athena_meta.leases
      where name = ${name} and fence = ${fence}::bigint for key share`
    if (rows.length === 0) return yield* new LeaseLost({ name })
  }).pipe(mapSqlError("leases.assert"))
