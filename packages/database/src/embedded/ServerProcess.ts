/**
 * The server as the operating system sees it: starting, probing, signalling.
 *
 * The server is detached from its starter and outlives it, also when the starter is killed. Who needs it next
 * finds it by `postmaster.pid` in the cluster and by its socket.
 */
import { type ChildProcess, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { Effect } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { serverFields } from "../errors/DatabaseError.ts"
import type { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import type { ClusterFolder } from "./ClusterFolder.ts"
import { fileError } from "./FileError.ts"
import type { PlatformBinaries } from "./PlatformBinaries.ts"
import { isAlive } from "./ProcessId.ts"
import { plainEnvironment } from "./ServerUser.ts"
import { socketFile } from "./SocketFolder.ts"

/** Settings the programs rely on; given on the command line, where no file can undo them. */
const settings: ReadonlyArray<string> = [
  "listen_addresses=",
  "unix_socket_permissions=0700",
  "port=5432",
  "timezone=UTC",
  "log_timezone=UTC",
  // Row values get into the server's log by error details, failed statements and messages: none of these is written.
  "log_error_verbosity=terse",
  "log_min_error_statement=panic",
  "log_min_messages=fatal",
  "log_destination=stderr",
  "logging_collector=off"
]

/** What a test cluster gives up for speed. */
const volatileSettings: ReadonlyArray<string> = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_connections=300"
]

/** File that takes what the server says: only why it could not start. */
export const logFile = (folder: ClusterFolder): string => path.join(folder.home, "postgres.log")

/** A server started by this process, until it is known whether it came up. */
export interface Launched {
  readonly child: ChildProcess
  /** What it wrote since its start. */
  readonly said: () => string
}

/** Starts the server detached; does not wait for it. */
export const launch = (
  folder: ClusterFolder,
  binaries: PlatformBinaries,
  socketFolder: string,
  isDurable: boolean
): Effect.Effect<Launched, DatabaseUnavailable> =>
  Effect.try({
    try: () => {
      const log = logFile(folder)
      const size = fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0
      const fd = fs.openSync(log, size > 1_000_000 ? "w" : "a", 0o600)
      const before = fs.fstatSync(fd).size
      const all = isDurable ? settings : [...settings, ...volatileSettings]
      const child = spawn(
        path.join(binaries.folder, "bin/postgres"),
        ["-D", folder.cluster, "-k", socketFolder, ...all.flatMap((setting) => ["-c", setting])],
        {
          ...(folder.user.isSelf ? {} : { uid: folder.user.uid, gid: folder.user.gid }),
          cwd: "/",
          env: plainEnvironment(),
          detached: true,
          stdio: ["ignore", fd, fd]
        }
      )
      fs.closeSync(fd)
      child.on("error", () => {})
      child.unref()
      return { child, said: () => fs.readFileSync(log, "utf8").slice(before) }
    },
    catch: (error) => fileError(error, folder.home)
  })

/** How to reach the server through its socket. */
export const connectionTo = (socketFolder: string) =>
  ({
    path: socketFile(socketFolder),
    username: "postgres",
    database: "postgres",
    ssl: false,
    connectTimeout: "5 seconds",
    applicationName: "athena-engine"
  }) as const

/** `ready` takes connections, `busy` is starting or stopping, `absent` is not there. */
export type Answer = "ready" | "busy" | "absent"

/** Asks the server for a connection. */
export const probe = (socketFolder: string): Effect.Effect<Answer> =>
  Effect.scoped(PgConnection.make(connectionTo(socketFolder))).pipe(
    Effect.as<Answer>("ready"),
    Effect.catch((error) => Effect.succeed(answerOf(error)))
  )

const answerOf = (error: SqlError): Answer => {
  const { code } = serverFields(error)
  if (code === "53300") return "ready"
  if (code !== undefined) return "busy"
  const cause: unknown = error.reason.cause
  const errno = cause instanceof Error && "code" in cause ? cause.code : undefined
  return errno === "ENOENT" || errno === "ECONNREFUSED" ? "absent" : "busy"
}

/** Process id of the running server of this cluster, from `postmaster.pid`. */
export const postmasterOf = (folder: ClusterFolder): number | undefined =>
  postmasterIn(path.join(folder.cluster, "postmaster.pid"))

/** Process id of the server that holds the socket, even if its cluster has been removed under it. */
export const socketHolder = (socketFolder: string): number | undefined =>
  postmasterIn(`${socketFile(socketFolder)}.lock`)

const postmasterIn = (file: string): number | undefined => {
  try {
    const pid = Number.parseInt(fs.readFileSync(file, "utf8"), 10)
    return pid > 1 && isAlive(pid) && isPostgres(pid) ? pid : undefined
  } catch {
    return undefined
  }
}

/** After a crash the file's process id may be somebody else's by now; never signal those. */
const isPostgres = (pid: number): boolean => {
  if (process.platform !== "linux") return true
  try {
    return path.basename(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "") === "postgres"
  } catch {
    return false
  }
}

/** Sends a signal; a process that is gone meanwhile is no error. */
export const signal = (pid: number, name: "SIGINT" | "SIGTERM" | "SIGQUIT"): Effect.Effect<void> =>
  Effect.sync(() => {
    try {
      process.kill(pid, name)
    } catch {}
  })

/** Waits until the process is gone; answers whether it is. */
export const waitForEnd = Effect.fnUntraced(function* (pid: number, attempts = 1200) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (!isAlive(pid) || !isPostgres(pid)) return true
    yield* Effect.sleep("25 millis")
  }
  return false
})
