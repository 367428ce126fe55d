import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as ClusterFolder from "../../src/embedded/ClusterFolder.ts"
import * as EmbeddedPostgres from "../../src/embedded/EmbeddedPostgres.ts"
import * as SocketFolder from "../../src/embedded/SocketFolder.ts"
import { start } from "../programs/program.ts"

const isRoot = process.getuid?.() === 0

/** A data folder that is stopped and removed at the end, its cluster too if that had to lie elsewhere. */
const dataFolder = (parentMode = 0o711) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const parent = path.join(fs.realpathSync(os.tmpdir()), `athena-embedded-${randomBytes(6).toString("hex")}`)
      fs.mkdirSync(parent, { mode: parentMode })
      return path.join(parent, "data")
    }),
    (dataDir) =>
      Effect.gen(function* () {
        const folder = yield* Effect.option(ClusterFolder.find(dataDir))
        yield* Effect.ignore(EmbeddedPostgres.stop(dataDir))
        if (Option.isSome(folder) && folder.value !== undefined) {
          fs.rmSync(SocketFolder.pathFor(folder.value), { recursive: true, force: true })
          if (folder.value.home !== dataDir) fs.rmSync(folder.value.home, { recursive: true, force: true })
        }
        fs.rmSync(path.dirname(dataDir), { recursive: true, force: true })
      })
  )

const stateOf = (dataDir: string) => Effect.map(EmbeddedPostgres.status(dataDir), ({ _tag }) => _tag)

const refusal = (dataDir: string) => Effect.flip(EmbeddedPostgres.ensure({ dataDir }))

describe("EmbeddedPostgres", () => {
  it.live("starts from nothing, stops when its only user leaves, and leaves no folder for its socket behind", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      assert.strictEqual(yield* stateOf(dataDir), "Absent")
      const program = yield* start("use-embedded", [dataDir])
      assert.match(yield* program.line, /^up \d+$/)
      assert.strictEqual(yield* program.ended, 0)
      assert.strictEqual(yield* stateOf(dataDir), "Stopped")
      const socketFolder = SocketFolder.pathFor(yield* ClusterFolder.locate(dataDir))
      assert.isFalse(fs.existsSync(socketFolder))
      yield* EmbeddedPostgres.ensure({ dataDir })
      assert.isTrue(fs.existsSync(socketFolder))
      yield* EmbeddedPostgres.stop(dataDir)
      assert.isFalse(fs.existsSync(socketFolder))
    }).pipe(Effect.scoped)
  )

  it.live("lets processes that start at once from cold all in, on one server", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const programs = yield* Effect.all(Array.from({ length: 3 }, () => start("use-embedded", [dataDir, "hold"])))
      const lines = yield* Effect.forEach(programs, ({ line }) => line)
      assert.match(lines[0] ?? "", /^up \d+$/)
      assert.strictEqual(new Set(lines).size, 1)
    }).pipe(Effect.scoped)
  )

  it.live("outlives a starter that is killed, and is adopted and then stopped by the next", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const starter = yield* start("use-embedded", [dataDir, "hold"])
      const first = yield* starter.line
      yield* starter.kill
      assert.strictEqual(yield* stateOf(dataDir), "Running")
      const next = yield* start("use-embedded", [dataDir])
      assert.strictEqual(yield* next.line, first)
      assert.strictEqual(yield* next.ended, 0)
      assert.strictEqual(yield* stateOf(dataDir), "Stopped")
    }).pipe(Effect.scoped)
  )

  it.live("stays up for the others when its starter leaves", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const other = yield* EmbeddedPostgres.use({ dataDir })
      const program = yield* start("use-embedded", [dataDir])
      assert.strictEqual(yield* program.line, `up ${other.pid}`)
      yield* program.ended
      assert.strictEqual(yield* stateOf(dataDir), "Running")
    }).pipe(Effect.scoped)
  )

  it.live("comes and goes with users who overlap by chance, refusing none of them", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const visits = Effect.scoped(EmbeddedPostgres.use({ dataDir }))
      yield* Effect.all([visits, visits, visits, visits, visits], { concurrency: 2 })
      yield* Effect.all([visits, Effect.delay(visits, "150 millis"), Effect.delay(visits, "300 millis")], {
        concurrency: "unbounded"
      })
    }).pipe(Effect.scoped)
  )

  it.live("stays up after `start` until `stop`, which says whether there was one", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const server = yield* EmbeddedPostgres.start({ dataDir })
      assert.isTrue(server.isStartedHere)
      yield* Effect.scoped(EmbeddedPostgres.use({ dataDir }))
      assert.strictEqual(yield* stateOf(dataDir), "Running")
      assert.isTrue(yield* EmbeddedPostgres.stop(dataDir))
      assert.isFalse(yield* EmbeddedPostgres.stop(dataDir))
    }).pipe(Effect.scoped)
  )

  it.live("recovers when the server itself was killed", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const server = yield* EmbeddedPostgres.ensure({ dataDir })
      process.kill(server.pid, "SIGKILL")
      const again = yield* EmbeddedPostgres.ensure({ dataDir })
      assert.notStrictEqual(again.pid, server.pid)
    }).pipe(Effect.scoped)
  )

  it.live("makes a new database when the data folder was removed under a running server", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const server = yield* EmbeddedPostgres.ensure({ dataDir })
      fs.rmSync(dataDir, { recursive: true })
      const again = yield* EmbeddedPostgres.ensure({ dataDir })
      assert.notStrictEqual(again.pid, server.pid)
    }).pipe(Effect.scoped)
  )

  it.live("writes no row values into its log", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const { folder } = yield* EmbeddedPostgres.use({ dataDir })
      const program = yield* start("leak", [dataDir])
      assert.strictEqual(yield* program.ended, 0)
      assert.notInclude(fs.readFileSync(path.join(folder.home, "postgres.log"), "utf8"), "Marker-Quimby")
    }).pipe(Effect.scoped)
  )

  it.live("refuses a cluster of another major version and says what to do", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      yield* EmbeddedPostgres.ensure({ dataDir })
      yield* EmbeddedPostgres.stop(dataDir)
      fs.writeFileSync(path.join(dataDir, "postgres/PG_VERSION"), "14\n")
      const error = yield* refusal(dataDir)
      assert.strictEqual(error.reason, "VersionMismatch")
      assert.include(error.message, "was made by PostgreSQL 14, and this program brings 18. Dump it")
    }).pipe(Effect.scoped)
  )

  it.live("refuses a folder that is no cluster, and one in the place of a file", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const { user } = yield* ClusterFolder.locate(dataDir)
      fs.mkdirSync(path.join(dataDir, "postgres"))
      fs.chownSync(path.join(dataDir, "postgres"), user.uid, user.gid)
      const foreign = yield* refusal(dataDir)
      assert.strictEqual(foreign.reason, "FolderUnusable")
      assert.include(foreign.message, "is not a PostgreSQL data folder. Move it away")
      fs.chownSync(path.join(dataDir, "postgres"), process.getuid?.() ?? 0, process.getgid?.() ?? 0)
      assert.include((yield* refusal(dataDir)).message, "is not a PostgreSQL data folder")
      fs.writeFileSync(path.join(dataDir, "file"), "")
      for (const below of ["file", "file/data"]) {
        const file = yield* refusal(path.join(dataDir, below))
        assert.strictEqual(file.reason, "FolderUnusable")
        assert.include(file.message, "is a file, or lies below one")
      }
      assert.strictEqual((yield* refusal("/proc/athena/data")).reason, "FolderUnusable")
    }).pipe(Effect.scoped)
  )

  it.live("refuses a socket folder that somebody else has put there", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const folder = yield* ClusterFolder.locate(dataDir)
      fs.mkdirSync(SocketFolder.pathFor(folder), { mode: 0o777 })
      fs.chmodSync(SocketFolder.pathFor(folder), 0o777)
      const error = yield* refusal(dataDir)
      assert.strictEqual(error.reason, "UntrustedSocketFolder")
    }).pipe(Effect.scoped)
  )

  it.live("keeps the socket's path short, however long the data folder's is", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder()
      const deep = path.join(dataDir, "d".repeat(60), "e".repeat(60))
      const folder = yield* ClusterFolder.locate(deep)
      assert.isBelow(SocketFolder.socketFile(SocketFolder.pathFor(folder)).length, 104)
    }).pipe(Effect.scoped)
  )

  it.live.skipIf(!isRoot)("works as root under a folder that nobody else may enter", () =>
    Effect.gen(function* () {
      const dataDir = yield* dataFolder(0o700)
      const server = yield* EmbeddedPostgres.use({ dataDir })
      assert.notStrictEqual(server.folder.home, dataDir)
      assert.strictEqual(fs.readFileSync(path.join(dataDir, "postgres.location"), "utf8").trim(), server.folder.home)
      const program = yield* start("use-embedded", [dataDir])
      assert.strictEqual(yield* program.line, `up ${server.pid}`)
    }).pipe(Effect.scoped)
  )
})
