import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as PlatformBinaries from "../../src/embedded/PlatformBinaries.ts"
import { forCluster } from "../../src/embedded/ServerUser.ts"

const isRoot = process.getuid?.() === 0

/** The installed package copied as npm unpacks it without its install script: no library links. */
const unpacked = (mode: number) =>
  Effect.gen(function* () {
    const found = yield* PlatformBinaries.locate
    const parent = yield* Effect.acquireRelease(
      Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "athena-binaries-"))),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
    )
    const folder = path.join(parent, "native")
    fs.cpSync(found.folder, folder, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !fs.lstatSync(file).isSymbolicLink()
    })
    fs.chmodSync(parent, mode)
    return { ...found, folder, version: `${found.major}.0.0-test.${process.pid}` }
  })

const versionOf = (binaries: PlatformBinaries.PlatformBinaries, as: { uid?: number; gid?: number } = {}) =>
  execFileSync(path.join(binaries.folder, "bin/initdb"), ["--version"], { encoding: "utf8", cwd: "/", ...as })

describe("PlatformBinaries", () => {
  it.effect("makes the library links that the package's install script would have made, also twice", () =>
    Effect.gen(function* () {
      const binaries = yield* unpacked(0o755)
      const prepared = yield* PlatformBinaries.prepare(binaries, forCluster("/nonexistent"))
      assert.strictEqual(prepared.folder, binaries.folder)
      yield* PlatformBinaries.prepare(binaries, forCluster("/nonexistent"))
      assert.include(versionOf(prepared), `PostgreSQL) ${binaries.major}.`)
    }).pipe(Effect.scoped)
  )

  it.effect.skipIf(!isRoot)("are copied once to where the server's user can run them, out of a closed folder", () =>
    Effect.gen(function* () {
      const binaries = yield* unpacked(0o700)
      const user = forCluster("/nonexistent")
      const [prepared, again] = yield* Effect.all(
        [PlatformBinaries.prepare(binaries, user), PlatformBinaries.prepare(binaries, user)],
        { concurrency: 2 }
      )
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => fs.rmSync(path.dirname(prepared.folder), { recursive: true, force: true }))
      )
      assert.notStrictEqual(prepared.folder, binaries.folder)
      assert.strictEqual(again.folder, prepared.folder)
      assert.include(versionOf(prepared, { uid: user.uid, gid: user.gid }), `PostgreSQL) ${binaries.major}.`)
    }).pipe(Effect.scoped)
  )
})
