/**
 * One throw-away PostgreSQL for all test processes of a checkout.
 *
 * ```
 * /tmp/athena-test-<uid>-<checkout>/
 *   1/users/<pid>     a test process that uses this cluster
 *   1/data/           its data folder
 *   1/watcher.pid     who ends it
 *   2/ …              the next one, once the first is closed
 * ```
 *
 * A process joins by writing its id into `users`. A small detached watcher removes the ids of dead processes, and once
 * nobody is left removes `users`, which only works while it is empty: from then on nobody can join, and it stops the
 * server and deletes everything. So a killed test run leaves nothing behind, and nobody adopts a dying server.
 */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import * as EmbeddedServer from "../embedded/EmbeddedServer.ts"
import { isAlive } from "../embedded/ProcessId.ts"
import { isPrivateTo } from "../embedded/ServerUser.ts"
import * as SocketFolder from "../embedded/SocketFolder.ts"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"

/**
 * Joins this checkout's test cluster, starting it where needed. It lives at least as long as this process.
 *
 * `folder` names another place than the checkout's own under the temporary folder.
 */
export const join = Effect.fnUntraced(function* (
  folder?: string
): Effect.fn.Return<EmbeddedServer.Server, DatabaseUnavailable> {
  const generation = yield* Effect.try({
    try: () => register(openFolder(folder ?? checkoutFolder())),
    catch: (error) =>
      error instanceof DatabaseUnavailable
        ? error
        : new DatabaseUnavailable({
            reason: "FolderUnusable",
            problem: "No folder for the tests' database could be made in the temporary folder",
            mend: "See that /tmp can be written"
          })
  })
  const server = yield* EmbeddedServer.ensure({ dataDir: path.join(generation, "data"), isDurable: false })
  yield* Effect.sync(() => watch(generation, SocketFolder.pathFor(server.folder)))
  return server
})

const checkoutFolder = (): string => {
  const checkout = fileURLToPath(new URL("../..", import.meta.url))
  // Without fsync a cluster does not survive a crash of the machine: after a reboot there is a new one.
  const boot = fs.existsSync("/proc/sys/kernel/random/boot_id")
    ? fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8")
    : ""
  const digest = createHash("sha256").update(checkout).update(boot).digest("hex").slice(0, 12)
  return path.join(fs.existsSync("/tmp") ? "/tmp" : os.tmpdir(), `athena-test-${process.getuid?.() ?? 0}-${digest}`)
}

const openFolder = (base: string): string => {
  fs.mkdirSync(base, { recursive: true, mode: 0o711 })
  if (!isPrivateTo(base, process.getuid?.() ?? 0)) {
    throw new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: `${base} belongs to somebody else`,
      mend: "Remove it and run the tests again"
    })
  }
  return base
}

const register = (base: string): string => {
  const newest = () => Math.max(0, ...fs.readdirSync(base).map(Number).filter(Number.isInteger))
  for (let number = Math.max(1, newest()); ; number++) {
    const generation = path.join(base, String(number))
    if (tryJoin(generation) || tryCreate(base, generation)) return generation
    // Somebody else made it between the two.
    if (tryJoin(generation)) return generation
  }
}

const tryJoin = (generation: string): boolean => {
  try {
    fs.writeFileSync(path.join(generation, "users", String(process.pid)), "")
    return true
  } catch {
    return false
  }
}

const tryCreate = (base: string, generation: string): boolean => {
  const draft = fs.mkdtempSync(path.join(base, "new-"))
  fs.chmodSync(draft, 0o711)
  fs.mkdirSync(path.join(draft, "users"))
  tryJoin(draft)
  try {
    fs.renameSync(draft, generation)
    return true
  } catch {
    fs.rmSync(draft, { recursive: true, force: true })
    return false
  }
}

/** Two watchers do no harm: the one that comes second finds `users` gone. */
const watch = (generation: string, socketFolder: string): void => {
  const file = path.join(generation, "watcher.pid")
  const running = fs.existsSync(file) ? Number.parseInt(fs.readFileSync(file, "utf8"), 10) : 0
  if (running > 0 && isAlive(running)) return
  const script = fileURLToPath(
    new URL(import.meta.url.endsWith(".ts") ? "./TestClusterWatcher.ts" : "./TestClusterWatcher.js", import.meta.url)
  )
  const child = spawn(process.execPath, [script, generation, socketFolder], {
    cwd: "/",
    detached: true,
    env: {},
    stdio: "ignore"
  })
  child.on("error", () => {})
  child.unref()
  if (child.pid !== undefined) fs.writeFileSync(file, String(child.pid))
}
