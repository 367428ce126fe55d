/**
 * A PostgreSQL of a test's own, to be stopped, killed, starved and started again, which the shared one must not be.
 *
 * ```ts
 * const server = yield* TestServer
 * const url = yield* server.createDatabase([metaMigrations])
 * yield* server.stop("immediate")
 * yield* server.start
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
import { Clock, Context, Effect, Layer, Redacted } from "effect"
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

export class TestServer extends Context.Service<
  TestServer,
  {
    /** Folder of its socket. */
    readonly socketFolder: string
    /** A fresh database with these sets migrated; answers its URL. */
    readonly createDatabase: (sets: ReadonlyArray<MigrationSet>) => Effect.Effect<string>
    /** Runs statements in a session of its own, in database `postgres` or that of a URL. */
    readonly administrate: (statements: ReadonlyArray<string>, url?: string) => Effect.Effect<void>
    /** Stops it, and waits until it is gone. */
    readonly stop: (ending: Ending) => Effect.Effect<void>
    /** Starts it again, and waits until it takes connections. */
    readonly start: Effect.Effect<void>
    /**
     * The disk is full for these tables of a database from now on: each page that they need is answered with "No space left
     * on device", by Linux's `/dev/full`. What they hold cannot be read meanwhile. Restarts the server, before and after.
     */
    readonly whileFull: <A, E, R>(
      url: string,
      tables: ReadonlyArray<string>,
      effect: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E, R>
    /**
     * Starts it such that its write-ahead log cannot grow by more than `restKib`: what goes beyond is refused, at which
     * PostgreSQL crashes, and may crash again at its recovery. Works wherever files can be limited in size, which needs no
     * rights; the refusal reads "File too large", but takes the way of a full disk. Call it on a stopped server.
     */
    readonly startWithoutLogSpace: (restKib: number) => Effect.Effect<void>
  }
>()("database/testing/TestServer") {
  /** Starts a new one. Whatever goes wrong is a defect. */
  static readonly layer: Layer.Layer<TestServer> = Layer.effect(
    TestServer,
    Effect.suspend(() => underRealClock(Effect.orDie(makeServer)))
  )
}

/** Whether this system can play a full disk: Linux. */
export const canFillDisk = fs.existsSync("/dev/full")

/** Waiting for a server takes real time, also in a test whose clock stands still. */
const underRealClock = Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())

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

  const start = Effect.asVoid(EmbeddedServer.ensure({ dataDir }))

  const filesOf = (url: string, tables: ReadonlyArray<string>) =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* PgConnection.make({
          ...ServerProcess.connectionTo(socketFolder),
          database: databaseIn(url)
        })
        const { rows } = yield* connection.query(
          "select pg_relation_filepath(name) as file from unnest($1::text[]) as name",
          [tables]
        )
        return rows.map(({ file }) => path.join(folder.cluster, String(file)))
      })
    )

  const exchange = (change: () => void) =>
    underRealClock(Effect.orDie(stop("fast").pipe(Effect.andThen(Effect.sync(change)), Effect.andThen(start))))

  const whileFull = <A, E, R>(url: string, tables: ReadonlyArray<string>, effect: Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      Effect.tap(underRealClock(Effect.orDie(filesOf(url, tables))), (files) => exchange(() => files.forEach(fill))),
      () => effect,
      (files) => exchange(() => files.forEach(free))
    )

  const startWithoutLogSpace = Effect.fnUntraced(function* (restKib: number) {
    // A segment of its own: of one that is nearly full by chance, less would be left than is asked for.
    yield* start
    yield* administrate(["select pg_switch_wal()::text"])
    yield* stop("fast")
    yield* launchLimited(folder, socketFolder)
    yield* administrate([
      `do $$ declare rest bigint; begin
        loop
          rest := 15728640 - mod(pg_current_wal_insert_lsn() - '0/0'::pg_lsn, 16777216)::bigint - ${restKib} * 1024;
          exit when rest < 16384;
          perform pg_logical_emit_message(false, 'fill', repeat('x', least(rest - 8192, 1000000)::int));
        end loop;
      end $$`
    ])
  })

  return TestServer.of({
    socketFolder,
    createDatabase: (sets) => underRealClock(Effect.orDie(createDatabase(sets))),
    administrate: (statements, url) =>
      underRealClock(Effect.orDie(administrate(statements, url === undefined ? undefined : databaseIn(url)))),
    stop: (ending) => underRealClock(stop(ending)),
    start: underRealClock(Effect.orDie(start)),
    whileFull,
    startWithoutLogSpace: (restKib) => underRealClock(Effect.orDie(startWithoutLogSpace(restKib)))
  })
})

const fill = (file: string): void => {
  fs.renameSync(file, `${file}.kept`)
  fs.symlinkSync("/dev/full", file)
}

const free = (file: string): void => fs.renameSync(`${file}.kept`, file)

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
  socketFolder: string
): Effect.fn.Return<void, DatabaseUnavailable> {
  const binaries = yield* Effect.flatMap(PlatformBinaries.locate, (found) =>
    PlatformBinaries.prepare(found, folder.user)
  )
  yield* SocketFolder.ensure(folder)
  yield* Effect.sync(() => {
    const child = spawn(
      "/bin/sh",
      // 15 MiB, in blocks of 512 bytes as POSIX counts: less than a file of the log, more than any other here.
      ["-c", 'ulimit -f 30720 && exec "$@"', "sh"].concat(
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
