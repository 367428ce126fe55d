/**
 * Where the embedded cluster lies.
 *
 * ```
 * .athena/                    the data folder (ATHENA_DATA_DIR)
 *   postgres/                 the cluster, mode 700, owned by the server's user
 *   postgres.log              what the server says when it can't start
 *   postgres.keep             `athena-sync database start` wants it to stay up
 *   postgres.location         only as root under a closed folder: where the cluster is instead
 * ```
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { Effect, Predicate } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import { fileError } from "./FileError.ts"
import type { PlatformBinaries } from "./PlatformBinaries.ts"
import { canReach, forCluster, isPrivateTo, type ServerUser } from "./ServerUser.ts"

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
      makeFolder(path.resolve(dataDir), isRoot ? 0o711 : 0o700)
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

/** Level by level: `recursive: true` never comes back below a file system that makes no folders, such as `/proc`. */
const makeFolder = (folder: string, mode: number): void => {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent, mode)
  try {
    fs.mkdirSync(folder, { mode })
  } catch (error) {
    // Another process may have been first.
    if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

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
      const version = versionIn(folder.cluster)
      if (version === "none") {
        throw unusable(
          `${folder.cluster} is not a PostgreSQL data folder`,
          "Move it away, or set ATHENA_DATA_DIR to another folder"
        )
      }
      if (version !== "hidden" && version !== String(binaries.major)) {
        throw new DatabaseUnavailable({
          reason: "VersionMismatch",
          problem: `The database in ${folder.cluster} was made by PostgreSQL ${version}, and this program brings ${binaries.major}`,
          mend: `Dump it with the version that made it, or set ATHENA_DATA_DIR to a new folder`
        })
      }
      if (found.uid !== folder.user.uid) {
        throw found.uid === 0
          ? unusable(
              `The database in ${folder.cluster} belongs to root, and PostgreSQL can't run as root`,
              "Give it to another user (chown -R), or set ATHENA_DATA_DIR to another folder"
            )
          : unusable(
              `The database in ${folder.cluster} belongs to another user (id ${found.uid})`,
              "Run as that user or as root, or set ATHENA_DATA_DIR to a folder of your own"
            )
      }
      if (!folder.user.isSelf && !canReach(folder.cluster, folder.user, 0o7)) {
        throw unusable(
          `PostgreSQL can't run as root, and its unprivileged user can't enter ${folder.cluster}`,
          "Let others enter the folders above it (chmod a+x), or move the data folder"
        )
      }
      return "present"
    },
    catch: (error) => (error instanceof DatabaseUnavailable ? error : fileError(error, folder.cluster))
  })

/** Major version of the cluster; `none` if it is no cluster, `hidden` if we may not look. */
const versionIn = (cluster: string): string => {
  try {
    return fs.readFileSync(path.join(cluster, "PG_VERSION"), "utf8").trim()
  } catch (error) {
    return Predicate.hasProperty(error, "code") && error.code === "EACCES" ? "hidden" : "none"
  }
}

/** Mark in the home: the server is to stay up when its last user leaves. */
export const keepMark = ({ home }: ClusterFolder): string => path.join(home, "postgres.keep")
