/**
 * Where the embedded cluster lies, and how it comes to be.
 *
 * ```
 * .athena/                    the data folder (ATHENA_DATA_DIR)
 *   postgres/                 the cluster, mode 700, owned by the server's user
 *   postgres.log              what the server says when it can't start
 *   postgres.keep             `athena-sync database start` wants it to stay up
 *   postgres.location         only as root under a closed folder: where the cluster is instead
 * ```
 *
 * A cluster is made beside its place and renamed into it, so that two processes that start at once need no lock: the
 * second rename fails and its cluster is thrown away. A killed one leaves a `postgres.init-…` folder, removed later.
 */
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { Effect } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import { fileError } from "./FileError.ts"
import type { PlatformBinaries } from "./PlatformBinaries.ts"
import { canReach, forCluster, isPrivateTo, plainEnvironment, type ServerUser } from "./ServerUser.ts"

/** Where a data folder's cluster is, and who runs its server. */
export interface ClusterFolder {
  /** Folder that holds the cluster, its log and its keep mark. */
  readonly home: string
  /** PostgreSQL's data directory. */
  readonly cluster: string
  readonly user: ServerUser
}

/** Places for a cluster whose data folder is closed to the server's user; the first that works. */
const relocations = ["/var/lib/athena-engine", "/var/tmp/athena-engine-data"]

/** Finds the place of `dataDir`'s cluster, creating the folder, but not the cluster. */
export const locate = (dataDir: string): Effect.Effect<ClusterFolder, DatabaseUnavailable> =>
  Effect.try({
    try: () => {
      const isRoot = process.getuid?.() === 0
      // As root the server's own user must be able to pass through.
      fs.mkdirSync(dataDir, { recursive: true, mode: isRoot ? 0o711 : 0o700 })
      const real = fs.realpathSync(dataDir)
      return placed(real) ?? place(real)
    },
    catch: (error) => (error instanceof DatabaseUnavailable ? error : fileError(error, dataDir))
  })

/** The place of `dataDir`'s cluster if there is one; creates nothing. */
export const find = (dataDir: string): Effect.Effect<ClusterFolder | undefined, DatabaseUnavailable> =>
  Effect.try({
    try: () => (fs.existsSync(dataDir) ? placed(fs.realpathSync(dataDir)) : undefined),
    catch: (error) => fileError(error, dataDir)
  })

const at = (home: string): ClusterFolder => {
  const cluster = path.join(home, "postgres")
  return { home, cluster, user: forCluster(cluster) }
}

const pointerOf = (dataDir: string) => path.join(dataDir, "postgres.location")

const placed = (dataDir: string): ClusterFolder | undefined => {
  if (fs.existsSync(path.join(dataDir, "postgres"))) return at(dataDir)
  const pointer = pointerOf(dataDir)
  if (!fs.existsSync(pointer)) return undefined
  const home = fs.readFileSync(pointer, "utf8").trim()
  if (process.getuid?.() !== 0) {
    throw new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `The database of ${dataDir} was made by root and lies in ${home}`,
      mend: "Run as root, or set ATHENA_DATA_DIR to another folder"
    })
  }
  if (!path.isAbsolute(home) || !isPrivateTo(home, 0)) {
    throw new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `${pointer} names a folder that is gone or not root's`,
      mend: `Put that folder back, or remove ${pointer} to start with an empty database`
    })
  }
  return at(home)
}

const place = (dataDir: string): ClusterFolder => {
  const here = at(dataDir)
  if (here.user.isSelf || canReach(dataDir, here.user, 0o1)) return here
  const home = relocate(here.user)
  if (home === undefined) {
    throw new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `PostgreSQL can't run as root, and its unprivileged user can't enter ${dataDir}`,
      mend: "Set ATHENA_DATA_DIR to a folder whose parents others may enter, or run as another user than root"
    })
  }
  try {
    // Written whole, then linked: whoever links first decides, and nobody reads half a line.
    const draft = `${pointerOf(dataDir)}.${process.pid}.${randomBytes(4).toString("hex")}`
    fs.writeFileSync(draft, `${home}\n`, { mode: 0o600 })
    try {
      fs.linkSync(draft, pointerOf(dataDir))
    } finally {
      fs.rmSync(draft, { force: true })
    }
    return at(home)
  } catch (error) {
    fs.rmdirSync(home)
    const theirs = placed(dataDir)
    if (theirs !== undefined) return theirs
    throw error
  }
}

const relocate = (user: ServerUser): string | undefined => {
  for (const base of relocations) {
    try {
      fs.mkdirSync(base, { recursive: true, mode: 0o711 })
      if (!isPrivateTo(base, 0) || !canReach(base, user, 0o1)) continue
      const home = fs.mkdtempSync(path.join(base, "cluster-"))
      fs.chmodSync(home, 0o711)
      return home
    } catch {}
  }
  return undefined
}

/** Whether the cluster exists; fails if what lies there is none of ours. */
export const check = (
  folder: ClusterFolder,
  binaries: PlatformBinaries
): Effect.Effect<"absent" | "present", DatabaseUnavailable> =>
  Effect.try({
    try: () => {
      const found = fs.statSync(folder.cluster, { throwIfNoEntry: false })
      if (found === undefined) return "absent"
      const unusable = (problem: string, mend: string) =>
        new DatabaseUnavailable({ reason: "FolderUnusable", problem, mend })
      if (found.uid !== folder.user.uid) {
        throw unusable(
          `The database in ${folder.cluster} belongs to another user (id ${found.uid})`,
          "Run as that user or as root, or set ATHENA_DATA_DIR to a folder of your own"
        )
      }
      const versionFile = path.join(folder.cluster, "PG_VERSION")
      if (!fs.existsSync(versionFile)) {
        throw unusable(
          `${folder.cluster} is not a PostgreSQL data folder`,
          "Move it away, or set ATHENA_DATA_DIR to another folder"
        )
      }
      if (!folder.user.isSelf && !canReach(folder.cluster, folder.user, 0o7)) {
        throw unusable(
          `PostgreSQL can't run as root, and its unprivileged user can't enter ${folder.cluster}`,
          "Let others enter the folders above it (chmod a+x), or move the data folder"
        )
      }
      const version = fs.readFileSync(versionFile, "utf8").trim()
      if (version !== String(binaries.major)) {
        throw new DatabaseUnavailable({
          reason: "VersionMismatch",
          problem: `The database in ${folder.cluster} was made by PostgreSQL ${version}, and this program brings ${binaries.major}`,
          mend: `Dump it with the version that made it, or set ATHENA_DATA_DIR to a new folder`
        })
      }
      return "present"
    },
    catch: (error) => (error instanceof DatabaseUnavailable ? error : fileError(error, folder.cluster))
  })

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

/** Reads what `initdb` or `postgres` said into a reason; its words themselves are not passed on. */
export const serverFailed = (problem: string, said: string, logFile?: string): DatabaseUnavailable => {
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "DiskFull",
      problem: `${problem}: no space left on the disk`,
      mend: "Free some space, or set ATHENA_DATA_DIR to a folder on another disk"
    })
  }
  if (/could not look up effective user id/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "ServerFailed",
      problem: `${problem}: this process's user id has no entry in /etc/passwd, and PostgreSQL needs one`,
      mend: "Add a user with that id, or set DATABASE_URL"
    })
  }
  if (/permission denied|operation not permitted|read-only file system/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `${problem}: permission denied`,
      mend: "Check the owner and mode of the data folder, or set ATHENA_DATA_DIR to another one"
    })
  }
  if (/has (invalid permissions|wrong ownership)/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `${problem}: its owner or mode is not as PostgreSQL demands`,
      mend: "Set ATHENA_DATA_DIR to a folder on a file system that keeps owners and modes"
    })
  }
  if (/shared memory|could not create semaphores/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "ServerFailed",
      problem: `${problem}: the system grants too little shared memory`,
      mend: "Give the container more shared memory (docker run --shm-size=256m), or set DATABASE_URL"
    })
  }
  if (/error while loading shared libraries|cannot execute|exec format/i.test(said)) {
    return new DatabaseUnavailable({
      reason: "NoBinary",
      problem: `${problem}: its programs don't run on this system`,
      mend: "Install the dependencies again, or set DATABASE_URL"
    })
  }
  return new DatabaseUnavailable({
    reason: "ServerFailed",
    problem,
    mend: logFile === undefined ? "Set ATHENA_DATA_DIR to another folder, or set DATABASE_URL" : `See ${logFile}`
  })
}

const removeAbandoned = (folder: ClusterFolder): void => {
  for (const name of fs.readdirSync(folder.home)) {
    const pid = /^postgres\.init-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    fs.rmSync(path.join(folder.home, name), { recursive: true, force: true })
  }
}

/** Whether a process of that id exists. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
