/**
 * Who uses an embedded server, so that the last one to leave stops it.
 *
 * Each user holds a shared advisory lock on a connection of its own, which dies with it. Who leaves tries for the
 * exclusive lock: whoever gets it, with no other client connected, is the last one. A newcomer that connects at that
 * instant is cut off and ensures the server again.
 */
import * as fs from "node:fs"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { Effect, Exit, Option, Scope } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import { keepMark } from "./ClusterFolder.ts"
import { ensure, type Options, type Server } from "./EmbeddedServer.ts"
import * as ServerProcess from "./ServerProcess.ts"
import * as SocketFolder from "./SocketFolder.ts"

// "athe", "ngpg": only has to differ from the application's own advisory locks, which live in two-key space as well.
const presenceKeys = "1635018853, 1852272743"

/**
 * Uses the server until the scope closes, and stops it then if nobody else uses it.
 *
 * A server that is just being stopped by its last user is waited for and started again.
 */
export const use = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<Server, DatabaseUnavailable, Scope.Scope> {
  return yield* Effect.acquireRelease(enter(options), leave, { interruptible: true }).pipe(
    Effect.map(({ server }) => server)
  )
})

interface Presence {
  readonly server: Server
  readonly connection: PgConnection.PgConnection
  readonly close: Effect.Effect<void>
}

const enter = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Presence, DatabaseUnavailable> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const server = yield* ensure(options)
    const presence = yield* Effect.option(announce(server))
    if (Option.isSome(presence)) return presence.value
    yield* Effect.sleep("100 millis")
  }
  return yield* new DatabaseUnavailable({
    reason: "ServerFailed",
    problem: `The embedded PostgreSQL in ${options.dataDir} keeps going away`,
    mend: "See whether another program stops it, and try again"
  })
})

const announce = Effect.fnUntraced(function* (server: Server) {
  const scope = yield* Scope.make()
  const close = Scope.close(scope, Exit.void)
  return yield* Effect.gen(function* () {
    const connection = yield* Scope.provide(
      PgConnection.make({
        ...ServerProcess.connectionTo(server.socketFolder),
        applicationName: "athena-engine presence"
      }),
      scope
    )
    yield* connection.query(`select pg_advisory_lock_shared(${presenceKeys})`)
    return { server, connection, close } satisfies Presence
  }).pipe(
    Effect.timeout("15 seconds"),
    Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : close))
  )
})

const leave = ({ server, connection, close }: Presence): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* connection.query(`select pg_advisory_unlock_shared(${presenceKeys})`)
    if (fs.existsSync(keepMark(server.folder))) return
    const { rows } = yield* connection.query(`select pg_try_advisory_lock(${presenceKeys})`)
    if (!rows.some((row) => Object.values(row).includes(true))) return
    // Our own pool's backends need a moment to go; whoever is there after that (a psql, a newcomer) keeps the server up.
    for (let attempt = 0; attempt < 20; attempt++) {
      const others = yield* connection.query(
        "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
      )
      if (others.rowCount === 0) {
        yield* ServerProcess.signal(server.pid, "SIGINT")
        if (yield* ServerProcess.waitForEnd(server.pid, 400)) yield* SocketFolder.remove(server.folder)
        return
      }
      yield* Effect.sleep("25 millis")
    }
  }).pipe(Effect.timeout("20 seconds"), Effect.ignore, Effect.andThen(close))
