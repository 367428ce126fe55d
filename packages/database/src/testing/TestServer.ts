/**
 * A PostgreSQL of a test's own, to be stopped, killed, starved and started again, which the shared one must not be.
 *
 * ```ts
 * const server = yield* TestServer.make
 * const url = yield* server.createDatabase([metaMigrations])
 * yield* server.stop("immediate")
 * yield* server.start()
 * ```
 *
 * It syncs to disk as a real one does: what it has answered with COMMIT must be there after it was killed. Stopped and removed
 * at the end. Costs about two seconds.
 */
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { Clock, Effect, Redacted, type Scope } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as ClusterFolder from "../embedded/ClusterFolder.ts"
import * as EmbeddedServer from "../embedded/EmbeddedServer.ts"
import * as PlatformBinaries from "../embedded/PlatformBinaries.ts"
import * as ServerProcess from "../embedded/ServerProcess.ts"
import * as SocketFolder from "../embedded/SocketFolder.ts"
import type { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import { type MigrationSet, run } from "../migrations/Migrations.ts"
import { withBoundedControls } from "../outages/withBoundedControls.ts"

/** How a server goes: `fast` rolls back and closes, `immediate` is a crash of all its processes at once. */
export type Ending = "fast" | "immediate"

const signals = { fast: "SIGINT", immediate: "SIGQUIT" } as const

export interface TestServer {
  /** Folder of its socket. */
  readonly socketFolder: string
  /** PostgreSQL's data directory. */
  readonly cluster: string
  /** The user that it runs as: what is put into its data directory must belong to it. */
  readonly user: ClusterFolder.ClusterFolder["user"]
  /** A fresh database with these sets migrated; answers its URL. */
  readonly createDatabase: (sets: ReadonlyArray<MigrationSet>) => Effect.Effect<string>
  /** Runs statements in a session of its own, in database `postgres` or that of a URL. */
  readonly administrate: (statements: ReadonlyArray<string>, url?: string) => Effect.Effect<void>
  /** Stops it, and waits until it is gone. */
  readonly stop: (ending: Ending) => Effect.Effect<void>
  /**
   * Starts it again, and waits until it takes connections. `maxFileKib`: no file can grow beyond, as if the disk were
   * full for whatever is longer; at most a gigabyte's worth of write-ahead log needs new files of 16 MiB.
   */
  readonly start: (options?: { readonly maxFileKib?: number }) => Effect.Effect<void>
}

/** Waiting for a server takes real time, also in a test whose clock stands still. */
const underRealClock = Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())

/** Starts a new one. Whatever goes wrong is a defect. */
export const make: Effect.Effect<TestServer, never, Scope.Scope> = Effect.suspend(() =>
  underRealClock(Effect.orDie(makeServer))
)

const makeServer = Effect.gen(function* () {
  const dataDir = yield* Effect.acquireRelease(Effect.sync(newFolder), (folder) => underRealClock(remove(folder)))
  const server = yield* EmbeddedServer.ensure({ dataDir })
  const { folder, socketFolder } = server

  const administrate = (statements: ReadonlyArray<string>, database = "postgres"): Effect.Effect<void, SqlError> =>
    Effect.scoped(
      Effect.flatMap(PgConnection.make({ ...ServerProcess.connectionTo(socketFolder), database }), (connection) =>
        Effect.forEach(statements, (statement) => connection.query(statement), { discard: true })
      )
    )

  const createDatabase = Effect.fnUntraced(function* (sets: ReadonlyArray<MigrationSet>) {
    const name = `test_${randomBytes(6).toString("hex")}`
    yield* administrate([`create database "${name}"`])
    const url = EmbeddedServer.urlOf(server, name)
    const migrated = Effect.flatMap(PgClient.make({ url: Redacted.make(url) }), (client) =>
      Effect.provideService(run(sets), SqlClient, withBoundedControls(client))
    )
    yield* Effect.scoped(Effect.provide(migrated, Reactivity.layer))
    return url
  })

  const stop = Effect.fnUntraced(function* (ending: Ending) {
    const pid = ServerProcess.postmasterOf(folder)
    if (pid === undefined) return
    yield* ServerProcess.signal(pid, signals[ending])
    yield* ServerProcess.waitForEnd(pid)
  })

  const start = Effect.fnUntraced(function* (options: { readonly maxFileKib?: number } = {}) {
    if (options.maxFileKib !== undefined) yield* launchLimited(folder, socketFolder, options.maxFileKib)
    yield* EmbeddedServer.ensure({ dataDir })
  })

  return {
    socketFolder,
    cluster: folder.cluster,
    user: folder.user,
    createDatabase: (sets) => underRealClock(Effect.orDie(createDatabase(sets))),
    administrate: (statements, url) =>
      underRealClock(Effect.orDie(administrate(statements, url === undefined ? undefined : databaseIn(url)))),
    stop: (ending) => underRealClock(stop(ending)),
    start: (options) => underRealClock(Effect.orDie(start(options)))
  } satisfies TestServer
})

const databaseIn = (url: string): string =>
  new URL(url.replace("postgresql:///", "postgresql://host/")).pathname.slice(1)

const newFolder = (): string => {
  const folder = path.join(
    fs.realpathSync(os.tmpdir()),
    `athena-server-${process.pid}-${randomBytes(6).toString("hex")}`
  )
  fs.mkdirSync(folder, { mode: 0o711 })
  return path.join(folder, "data")
}

const remove = (dataDir: string) =>
  Effect.gen(function* () {
    const folder = yield* ClusterFolder.find(dataDir)
    if (folder !== undefined) {
      const pid = ServerProcess.postmasterOf(folder)
      if (pid !== undefined) {
        yield* ServerProcess.signal(pid, "SIGQUIT")
        yield* ServerProcess.waitForEnd(pid)
      }
      fs.rmSync(SocketFolder.pathFor(folder), { recursive: true, force: true })
      if (folder.home !== dataDir) fs.rmSync(folder.home, { recursive: true, force: true })
    }
    fs.rmSync(path.dirname(dataDir), { recursive: true, force: true })
  }).pipe(Effect.ignore)

/** A limit on the size of files is part of every Unix and needs no rights; PostgreSQL takes it for a write that failed. */
const launchLimited = Effect.fnUntraced(function* (
  folder: ClusterFolder.ClusterFolder,
  socketFolder: string,
  maxFileKib: number
): Effect.fn.Return<void, DatabaseUnavailable> {
  const binaries = yield* Effect.flatMap(PlatformBinaries.locate, (found) =>
    PlatformBinaries.prepare(found, folder.user)
  )
  yield* SocketFolder.ensure(folder)
  yield* Effect.sync(() => {
    const child = spawn(
      "/bin/sh",
      // In blocks of 512 bytes, as POSIX has it; bash counts in 1024 unless it is called sh.
      ["-c", 'ulimit -f "$1" && shift && exec "$@"', "sh", String(maxFileKib * 2)].concat(
        [path.join(binaries.folder, "bin/postgres"), "-D", folder.cluster, "-k", socketFolder],
        ["listen_addresses=", "unix_socket_permissions=0700", "port=5432"].flatMap((setting) => ["-c", setting])
      ),
      {
        ...(folder.user.isSelf ? {} : { uid: folder.user.uid, gid: folder.user.gid }),
        cwd: "/",
        env: { LC_ALL: "C" },
        detached: true,
        stdio: "ignore"
      }
    )
    child.on("error", () => {})
    child.unref()
  })
  for (let attempt = 0; attempt < 400; attempt++) {
    if ((yield* ServerProcess.probe(socketFolder)) === "ready") return
    yield* Effect.sleep("25 millis")
  }
})
