import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Psql from "../../src/embedded/Psql.ts"

/** Runs an effect with one folder as the whole PATH. */
const withPath = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const { PATH = "" } = process.env
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-psql-"))
      Object.assign(process.env, { PATH: folder })
      return { PATH, folder }
    }),
    ({ folder }) => use(folder),
    ({ PATH, folder }) =>
      Effect.sync(() => {
        Object.assign(process.env, { PATH })
        fs.rmSync(folder, { recursive: true, force: true })
      })
  )

describe("Psql", () => {
  it.effect("runs the system's psql on the URL, with the caller's arguments after it", () =>
    withPath((folder) =>
      Effect.gen(function* () {
        const file = path.join(folder, "psql")
        fs.writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 })
        assert.deepStrictEqual(yield* Psql.command("postgresql:///x", ["-c", "select 1"]), {
          command: file,
          args: ["--dbname", "postgresql:///x", "-c", "select 1"]
        })
      })
    )
  )

  it.effect("says what to install where there is none", () =>
    withPath(() =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Psql.command("postgresql:///x"))
        assert.strictEqual(error.reason, "NoPsql")
        assert.include(error.message, "Install a PostgreSQL client")
      })
    )
  )
})
