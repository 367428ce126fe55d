/**
 * Who runs the embedded server.
 *
 * PostgreSQL refuses to run as root. A program that runs as root starts it as the owner of the existing cluster, or
 * else as `nobody`; everybody else starts it as themselves.
 */
import * as fs from "node:fs"
import * as path from "node:path"

/** The user and group of the server's process. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
  /** The server runs as the user of this process. */
  readonly isSelf: boolean
}

const nobody = 65534

/** The user for the cluster in `folder`, which need not exist yet. */
export const forCluster = (folder: string): ServerUser => {
  const uid = process.getuid?.() ?? nobody
  const gid = process.getgid?.() ?? nobody
  if (uid !== 0) return { uid, gid, isSelf: true }
  const owner = fs.statSync(folder, { throwIfNoEntry: false })
  return owner === undefined || owner.uid === 0
    ? { uid: nobody, gid: nobody, isSelf: false }
    : { uid: owner.uid, gid: owner.gid, isSelf: false }
}

/** Whether `user` has the rights `wanted` (4 read, 2 write, 1 enter) on `file` and may enter every folder above it. */
export const canReach = (file: string, user: ServerUser, wanted: number): boolean => {
  let real: string
  try {
    real = fs.realpathSync(file)
    if (user.isSelf) {
      fs.accessSync(real, wanted)
      return true
    }
  } catch {
    return false
  }
  if (!mayAccess(real, user, wanted)) return false
  for (let folder = path.dirname(real); ; folder = path.dirname(folder)) {
    if (!mayAccess(folder, user, 0o1)) return false
    if (folder === path.dirname(folder)) return true
  }
}

const mayAccess = (file: string, user: ServerUser, wanted: number): boolean => {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (found === undefined) return false
  const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0
  return ((found.mode >> shift) & wanted) === wanted
}

/** `folder` is a real folder (no link) of `uid` that nobody else may write in. */
export const isPrivateTo = (folder: string, uid: number): boolean => {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0
}

/** The environment of the server's programs: nothing of ours reaches them, credentials least of all. */
export const plainEnvironment = (): Record<string, string> => {
  const { PATH = "" } = process.env
  return { LC_ALL: "C", PATH }
}
