/**
 * Ends a test cluster when its last user is gone; a program of its own, started by `TestCluster`.
 *
 * Plain Node without imports of ours: it must be up in a blink and live beside every test run.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const [generation = "", socketFolder = ""] = process.argv.slice(2)
const users = path.join(generation, "users")

/** How long a cluster stays without users: the gap between two packages' tests. */
const graceMillis = 4000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

const hasUsers = (): boolean => {
  const ids = fs.readdirSync(users)
  const dead = ids.filter((id) => !isAlive(Number(id)))
  for (const id of dead) fs.rmSync(path.join(users, id), { force: true })
  return dead.length < ids.length
}

const serverPid = (): number | undefined => {
  try {
    const pid = Number.parseInt(fs.readFileSync(path.join(generation, "data/postgres/postmaster.pid"), "utf8"), 10)
    return pid > 1 && isAlive(pid) ? pid : undefined
  } catch {
    return undefined
  }
}

/** Whether nobody can join any more: the folder only goes while it is empty. */
const isClosed = (): boolean => {
  try {
    fs.rmdirSync(users)
    return true
  } catch {
    return !fs.existsSync(users)
  }
}

let idleSince: number | undefined
while (fs.existsSync(users)) {
  idleSince = hasUsers() ? undefined : (idleSince ?? performance.now())
  if (idleSince !== undefined && performance.now() - idleSince > graceMillis && isClosed()) break
  await sleep(250)
}

const pid = serverPid()
if (pid !== undefined) {
  // Nothing in it is wanted any more.
  process.kill(pid, "SIGQUIT")
  while (serverPid() === pid) await sleep(25)
}
fs.rmSync(generation, { recursive: true, force: true })
if (socketFolder !== "") fs.rmSync(socketFolder, { recursive: true, force: true })
