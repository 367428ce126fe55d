/**
 * A PostgreSQL of our own in a data folder, on a private unix socket.
 *
 * - Any number of processes may use one data folder; the first starts the server, the others adopt it.
 * - The server outlives a starter that is killed, and the next process adopts it.
 * - The last process that leaves stops it, unless `start` asked for it to stay.
 */
import * as fs from "node:fs"
import { Effect, Option, type Scope } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import * as ClusterFolder from "./ClusterFolder.ts"
import * as EmbeddedServer from "./EmbeddedServer.ts"
import { fileError } from "./FileError.ts"
import * as Presence from "./Presence.ts"
import * as ServerProcess from "./ServerProcess.ts"
import * as SocketFolder from "./SocketFolder.ts"

/** What `status` finds. */
export type Status =
  | { readonly _tag: "Absent"; readonly dataDir: string }
  | { readonly _tag: "Stopped"; readonly cluster: string }
  | { readonly _tag: "Running"; readonly cluster: string; readonly pid: number; readonly url: string }

/** Starts or adopts the server and waits until it takes connections. Nobody stops it for that. */
export const ensure: (options: EmbeddedServer.Options) => Effect.Effect<EmbeddedServer.Server, DatabaseUnavailable> =
  EmbeddedServer.ensure

/** Uses the server until the scope closes, and stops it then if nobody else uses it. */
export const use: (
  options: EmbeddedServer.Options
) => Effect.Effect<EmbeddedServer.Server, DatabaseUnavailable, Scope.Scope> = Presence.use

/** Starts or adopts the server and lets it stay up until `stop`: `athena-sync database start`. */
export const start = Effect.fnUntraced(function* (
  options: EmbeddedServer.Options
): Effect.fn.Return<EmbeddedServer.Server, DatabaseUnavailable> {
  const server = yield* EmbeddedServer.ensure(options)
  yield* Effect.try({
    try: () => fs.writeFileSync(ClusterFolder.keepMark(server.folder), "", { mode: 0o600 }),
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
  yield* Effect.sync(() => fs.rmSync(ClusterFolder.keepMark(folder), { force: true }))
  const pid = ServerProcess.postmasterOf(folder)
  if (pid === undefined) return false
  yield* ServerProcess.signal(pid, "SIGINT")
  if (yield* ServerProcess.waitForEnd(pid)) {
    yield* SocketFolder.remove(folder)
    return true
  }
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
  const server = yield* EmbeddedServer.adopt(folder)
  return Option.isSome(server)
    ? { _tag: "Running", cluster: folder.cluster, pid: server.value.pid, url: EmbeddedServer.urlOf(server.value) }
    : { _tag: "Stopped", cluster: folder.cluster }
})

/** Starts or adopts the server, lets it stay up, and answers its URL: `athena-sync database url`. */
export const url = (options: EmbeddedServer.Options): Effect.Effect<string, DatabaseUnavailable> =>
  Effect.map(start(options), EmbeddedServer.urlOf)
