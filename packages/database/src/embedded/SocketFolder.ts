/**
 * The private folder of the server's unix socket.
 *
 * A socket's path may have at most 103 characters, which a data folder's path may exceed, so sockets live under `/tmp`
 * in a folder named after the data folder. Its name can be guessed, so the folder is only used when it belongs
 * to the server's user and is closed to everybody else: whoever owns it could pose as the database.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { Effect } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import type { ClusterFolder } from "./ClusterFolder.ts"
import { fileError } from "./FileError.ts"

/** The port is only part of the socket's file name: nothing listens on the network. */
export const socketFile = (folder: string): string => path.join(folder, ".s.PGSQL.5432")

/** Where the socket of this cluster is; the same answer in every process. */
export const pathFor = ({ cluster, user }: ClusterFolder): string => {
  // Not os.tmpdir(): two processes with another TMPDIR would not find each other's server.
  const base = fs.existsSync("/tmp") ? "/tmp" : os.tmpdir()
  const digest = createHash("sha256").update(cluster).digest("hex").slice(0, 16)
  return path.join(base, `athena-pg-${user.uid}-${digest}`)
}

/** Creates the folder, or makes sure that the existing one can be trusted. */
export const ensure = (folder: ClusterFolder): Effect.Effect<string, DatabaseUnavailable> =>
  Effect.suspend(() => {
    const target = pathFor(folder)
    return Effect.try({
      try: () => {
        try {
          fs.mkdirSync(target, { mode: 0o700 })
        } catch (error) {
          if (!fs.existsSync(target)) throw error
        }
      },
      catch: (error) => fileError(error, target)
    }).pipe(
      Effect.andThen(verify(folder)),
      Effect.tap(() =>
        // Also one that a killed process had made and not yet given away.
        Effect.sync(() => (folder.user.isSelf ? undefined : fs.chownSync(target, folder.user.uid, folder.user.gid)))
      )
    )
  })

/**
 * Takes the folder away after its server has stopped. It goes only while it is empty; whoever made sure of it a moment ago
 * and starts a server in it now, finds it gone and makes it again.
 */
export const remove = (folder: ClusterFolder): Effect.Effect<void> =>
  Effect.sync(() => {
    try {
      fs.rmdirSync(pathFor(folder))
    } catch {}
  })

/** Fails unless the folder is the server's own, mode 700 and no link. */
export const verify = (folder: ClusterFolder): Effect.Effect<string, DatabaseUnavailable> =>
  Effect.suspend(() => {
    const target = pathFor(folder)
    const found = fs.lstatSync(target, { throwIfNoEntry: false })
    const isOurs =
      found?.isDirectory() === true &&
      // Between mkdir and chown by another root process it is still root's.
      (found.uid === folder.user.uid || (!folder.user.isSelf && found.uid === 0)) &&
      (found.mode & 0o077) === 0
    return isOurs
      ? Effect.succeed(target)
      : Effect.fail(
          new DatabaseUnavailable({
            reason: "UntrustedSocketFolder",
            problem: `${target} is there, but is not a folder of ours with mode 700: somebody else may listen in it`,
            mend: "Find out who made it, remove it, and try again"
          })
        )
  })
