/**
 * A PostgreSQL of our own in a data folder: started or adopted, on a private unix socket.
 *
 * - Any number of processes may use one data folder; the first starts the server, the others adopt it.
 * - The server outlives a starter that is killed, and the next process adopts it.
 * - The last process that leaves stops it, unless `start` asked for it to stay.
 *
 * How leaving works: each user holds a shared advisory lock on a connection of its own, which dies with it. Who leaves
 * tries for the exclusive lock: whoever gets it, with no other client connected, is the last one. A newcomer that
 * connects at that instant is cut off and simply ensures the server again.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { Effect, Exit, Option, Scope } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import * as ClusterFolder from "./ClusterFolder.ts"
import { fileError } from "./FileError.ts"
import * as PlatformBinaries from "./PlatformBinaries.ts"
import * as ServerProcess from "./ServerProcess.ts"
import * as SocketFolder from "./SocketFolder.ts"

/** Which server. */
export interface Options {
  /** The data folder (`ATHENA_DATA_DIR`); made if it is missing. */
  readonly dataDir: string
  /** `false` turns syncing to disk off, for clusters of tests. Default `true`. */
  readonly isDurable?: boolean
}

/** A server that takes connections. */
export interface Server {
  readonly folder: ClusterFolder.ClusterFolder
  /** Folder of its unix socket: `host` for libpq. */
  readonly socketFolder: string
  readonly pid: number
  /** This call started it; `false` when it was adopted. */
  readonly isStartedHere: boolean
}

/** What `status` finds. */
export type Status =
  | { readonly _tag: "Absent"; readonly dataDir: string }
  | { readonly _tag: "Stopped"; readonly cluster: string }
  | { readonly _tag: "Running"; readonly cluster: string; readonly pid: number; readonly url: string }

/** URL of a server for libpq programs and for `DATABASE_URL`. */
export const urlOf = (server: Pick<Server, "socketFolder">, database = "postgres"): string =>
  `postgresql:///${encodeURIComponent(database)}?host=${encodeURIComponent(server.socketFolder)}&user=postgres`

/** Starts or adopts the server of a data folder and waits until it takes connections. Safe to call from many processes at once. */
export const ensure = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Server, DatabaseUnavailable> {
  const folder = yield* ClusterFolder.locate(options.dataDir)
  const running = yield* adopt(folder)
  if (Option.isSome(running)) return running.value
  const isDurable = options.isDurable ?? true
  const binaries = yield* Effect.flatMap(PlatformBinaries.locate, (found) =>
    PlatformBinaries.prepare(found, folder.user)
  )
  if ((yield* ClusterFolder.check(folder, binaries)) === "absent") {
    yield* ClusterFolder.initialise(folder, binaries, isDurable)
    // `folder.user` was chosen without a cluster to look at; the winner's cluster may have been made by another process.
    yield* ClusterFolder.check(folder, binaries)
  }
  const socketFolder = yield* SocketFolder.ensure(folder)
  return yield* bringUp(folder, binaries, socketFolder, isDurable)
})

/** The server if it is up, without starting anything. */
const adopt = Effect.fnUntraced(function* (
  folder: ClusterFolder.ClusterFolder
): Effect.fn.Return<Option.Option<Server>, DatabaseUnavailable> {
  const pid = ServerProcess.postmasterOf(folder)
  if (pid === undefined) return Option.none()
  const socketFolder = SocketFolder.pathFor(folder)
  if (!fs.existsSync(socketFolder)) return Option.none()
  yield* SocketFolder.verify(folder)
  return (yield* ServerProcess.probe(socketFolder)) === "ready"
    ? Option.some({ folder, socketFolder, pid, isStartedHere: false })
    : Option.none()
})

// A lock file whose owner was killed but not yet reaped, or a server that is just ending: wait this long.
const lockPatienceMillis = 15_000
// Recovery after a crash replays what was written; while the server says it is starting, it is believed.
const startPatienceMillis = 180_000

/** States: nothing runs → launch; launched → poll until ready; lost the race → poll the winner; refused by a stale lock → launch again. */
const bringUp = Effect.fnUntraced(function* (
  folder: ClusterFolder.ClusterFolder,
  binaries: PlatformBinaries.PlatformBinaries,
  socketFolder: string,
  isDurable: boolean
): Effect.fn.Return<Server, DatabaseUnavailable> {
  let launched: ServerProcess.Launched | undefined
  let lockedSince: number | undefined
  const began = performance.now()
  yield* endServerWithoutCluster(folder, socketFolder)
  while (performance.now() - began < startPatienceMillis) {
    const pid = ServerProcess.postmasterOf(folder)
    if (pid !== undefined && (yield* ServerProcess.probe(socketFolder)) === "ready") {
      return { folder, socketFolder, pid, isStartedHere: launched?.child.pid === pid }
    }
    const child = launched?.child
    if (
      launched === undefined ||
      child === undefined ||
      child.exitCode !== null ||
      child.signalCode !== null ||
      child.pid === undefined
    ) {
      const said = launched?.said() ?? ""
      if (launched !== undefined && !isLockRefusal(said)) {
        return yield* ClusterFolder.serverFailed(
          `The embedded PostgreSQL in ${folder.home} did not start`,
          said,
          ServerProcess.logFile(folder)
        )
      }
      if (launched !== undefined) {
        lockedSince ??= performance.now()
        if (performance.now() - lockedSince > lockPatienceMillis) {
          return yield* new DatabaseUnavailable({
            reason: "ServerFailed",
            problem: `Another server holds the database in ${folder.home}, and it can't be reached from here`,
            mend: "Stop it (it may run in another container or as another user), or set ATHENA_DATA_DIR to another folder"
          })
        }
        yield* Effect.sleep("150 millis")
      }
      if (ServerProcess.postmasterOf(folder) === undefined || launched !== undefined) {
        launched = yield* ServerProcess.launch(folder, binaries, socketFolder, isDurable)
      }
    }
    yield* Effect.sleep("20 millis")
  }
  return yield* new DatabaseUnavailable({
    reason: "ServerFailed",
    problem: `The embedded PostgreSQL in ${folder.home} did not become ready within ${startPatienceMillis / 1000} s`,
    mend: `See ${ServerProcess.logFile(folder)}`
  })
})

const isLockRefusal = (said: string): boolean =>
  /lock file .* already exists|pre-existing shared memory block|Is another postmaster/i.test(said)

/**
 * A data folder that is removed while its server runs leaves a server on our socket that has nothing to serve.
 * Looked at twice: a server that is just starting has the socket only after its `postmaster.pid`.
 */
const endServerWithoutCluster = Effect.fnUntraced(function* (
  folder: ClusterFolder.ClusterFolder,
  socketFolder: string
) {
  const isOrphan = () => {
    const holder = ServerProcess.socketHolder(socketFolder)
    return holder !== undefined && ServerProcess.postmasterOf(folder) === undefined ? holder : undefined
  }
  if (isOrphan() === undefined) return
  yield* Effect.sleep("250 millis")
  const holder = isOrphan()
  if (holder === undefined) return
  yield* ServerProcess.signal(holder, "SIGQUIT")
  yield* ServerProcess.waitForEnd(holder, 400)
})

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
        yield* ServerProcess.waitForEnd(server.pid, 400)
        return
      }
      yield* Effect.sleep("25 millis")
    }
  }).pipe(Effect.timeout("20 seconds"), Effect.ignore, Effect.andThen(close))

const keepMark = (folder: ClusterFolder.ClusterFolder) => path.join(folder.home, "postgres.keep")

/** Starts or adopts the server and lets it stay up until `stop`: `athena-sync database start`. */
export const start = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Server, DatabaseUnavailable> {
  const server = yield* ensure(options)
  yield* Effect.try({
    try: () => fs.writeFileSync(keepMark(server.folder), "", { mode: 0o600 }),
    catch: (error) => fileError(error, server.folder.home)
  })
  return server
})

/**
 * Stops the server at once, whoever uses it, also one whose starter was killed: `athena-sync database stop`.
 * What was committed stays. Answers whether a server ran.
 */
export const stop = Effect.fnUntraced(function* (dataDir: string): Effect.fn.Return<boolean, DatabaseUnavailable> {
  const folder = yield* ClusterFolder.find(dataDir)
  if (folder === undefined) return false
  yield* Effect.sync(() => fs.rmSync(keepMark(folder), { force: true }))
  const pid = ServerProcess.postmasterOf(folder)
  if (pid === undefined) return false
  yield* ServerProcess.signal(pid, "SIGINT")
  if (yield* ServerProcess.waitForEnd(pid)) return true
  return yield* new DatabaseUnavailable({
    reason: "ServerFailed",
    problem: `The embedded PostgreSQL (process ${pid}) did not stop within 30 s`,
    mend: "Check that this user may signal it, and try again"
  })
})

/** What there is in a data folder; starts and creates nothing. */
export const status = Effect.fnUntraced(function* (dataDir: string): Effect.fn.Return<Status, DatabaseUnavailable> {
  const folder = yield* ClusterFolder.find(dataDir)
  if (folder === undefined) return { _tag: "Absent", dataDir }
  const server = yield* adopt(folder)
  return Option.isSome(server)
    ? { _tag: "Running", cluster: folder.cluster, pid: server.value.pid, url: urlOf(server.value) }
    : { _tag: "Stopped", cluster: folder.cluster }
})

/** Starts or adopts the server, lets it stay up, and answers its URL: `athena-sync database url`. */
export const url = (options: Options): Effect.Effect<string, DatabaseUnavailable> => Effect.map(start(options), urlOf)
