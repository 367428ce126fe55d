/**
 * Makes a cluster.
 *
 * It is made beside its place and renamed into it, so that two processes that start at once need no lock: the second
 * rename fails and its cluster is thrown away. A killed process leaves a `postgres.init-…` folder, removed later.
 */
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { Effect } from "effect"
import type { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import type { ClusterFolder } from "./ClusterFolder.ts"
import { fileError } from "./FileError.ts"
import type { PlatformBinaries } from "./PlatformBinaries.ts"
import { isAlive } from "./ProcessId.ts"
import { serverFailed } from "./ServerFailure.ts"
import { plainEnvironment } from "./ServerUser.ts"

/** Makes the cluster. Safe when another process does the same. `isDurable: false` skips syncing to disk, for tests. */
export const initialise = Effect.fnUntraced(function* (
  folder: ClusterFolder,
  binaries: PlatformBinaries,
  isDurable: boolean
): Effect.fn.Return<void, DatabaseUnavailable> {
  const temporary = `${folder.cluster}.init-${process.pid}-${randomBytes(4).toString("hex")}`
  yield* Effect.try({
    try: () => {
      removeAbandoned(folder)
      fs.mkdirSync(temporary, { mode: 0o700 })
      if (!folder.user.isSelf) fs.chownSync(temporary, folder.user.uid, folder.user.gid)
    },
    catch: (error) => fileError(error, folder.home)
  })
  yield* runInitdb(folder, binaries, temporary, isDurable).pipe(
    Effect.andThen(
      Effect.try({
        try: () => {
          try {
            fs.renameSync(temporary, folder.cluster)
          } catch (error) {
            // Another process was first.
            if (!fs.existsSync(path.join(folder.cluster, "PG_VERSION"))) throw error
          }
        },
        catch: (error) => fileError(error, folder.home)
      })
    ),
    Effect.ensuring(Effect.sync(() => fs.rmSync(temporary, { recursive: true, force: true })))
  )
})

const runInitdb = (folder: ClusterFolder, binaries: PlatformBinaries, target: string, isDurable: boolean) =>
  Effect.callback<void, DatabaseUnavailable>((resume) => {
    const child = spawn(
      path.join(binaries.folder, "bin/initdb"),
      ["-D", target, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C", "--no-instructions"].concat(
        isDurable ? [] : ["--no-sync"]
      ),
      {
        ...(folder.user.isSelf ? {} : { uid: folder.user.uid, gid: folder.user.gid }),
        cwd: "/",
        env: plainEnvironment(),
        stdio: ["ignore", "ignore", "pipe"]
      }
    )
    let said = ""
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk
    })
    child.on("error", () => resume(Effect.fail(serverFailed("initdb could not be run", said))))
    child.on("close", (code) =>
      resume(code === 0 ? Effect.void : Effect.fail(serverFailed(`No database could be made in ${folder.home}`, said)))
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const removeAbandoned = (folder: ClusterFolder): void => {
  for (const name of fs.readdirSync(folder.home)) {
    const pid = /^postgres\.init-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    fs.rmSync(path.join(folder.home, name), { recursive: true, force: true })
  }
}
