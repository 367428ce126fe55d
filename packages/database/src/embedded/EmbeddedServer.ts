/**
 * Starts the server of a data folder, or adopts the one that runs.
 *
 * Any number of processes may do so at once. Nothing runs → launch; launched → poll until ready; lost the race → poll the
 * winner; refused by the lock of a server that was killed or is just ending, or left without the socket's folder, which that
 * server took away → launch again.
 */
import * as fs from "node:fs"
import { Effect, Option } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import * as ClusterFolder from "./ClusterFolder.ts"
import * as Initdb from "./Initdb.ts"
import * as PlatformBinaries from "./PlatformBinaries.ts"
import { serverFailed } from "./ServerFailure.ts"
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
    yield* Initdb.initialise(folder, binaries, isDurable)
    // `folder.user` was chosen without a cluster to look at; the winner's cluster may have been made by another process.
    yield* ClusterFolder.check(folder, binaries)
  }
  const socketFolder = yield* SocketFolder.ensure(folder)
  return yield* bringUp(folder, binaries, socketFolder, isDurable)
})

/** The server if it is up, without starting anything. */
export const adopt = Effect.fnUntraced(function* (
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
      if (launched !== undefined && !isLockRefusal(said) && !lacksSocketFolder(said)) {
        return yield* serverFailed(
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
        yield* SocketFolder.ensure(folder)
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

const lacksSocketFolder = (said: string): boolean => /could not create lock file .*PGSQL.*No such file/i.test(said)

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
