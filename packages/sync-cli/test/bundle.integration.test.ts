import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { bundle } from "../scripts/bundle.ts"
import { run } from "./support/athenaSync.ts"
import * as World from "./support/worlds.ts"

/** The program as it is shipped, in a folder of its own. */
const shipped = Effect.acquireRelease(
  Effect.promise(async () => {
    const folder = mkdtempSync(join(tmpdir(), "athena-sync-"))
    copyFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), join(folder, "package.json"))
    await bundle(join(folder, "dist"))
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

layer(World.layer(), { excludeTestServices: true, timeout: 120_000 })("the bundle", (it) => {
  it.effect(
    "does what the source does: syncs, verifies, and exports its traces",
    () =>
      Effect.gen(function* () {
        const program = join(yield* shipped, "dist/main.js")
        const environment = yield* World.environment
        const traced = { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: environment.ATHENA_BASE_URL }
        const help = yield* run(["--help"], {}, program)
        assert.strictEqual(help.code, 0)
        assert.include(help.stdout, "appointments")
        const days = ["appointments", "--from", "2019-06-03", "--to", "2019-06-04", "--json"]
        const synced = yield* run(days, traced, program)
        assert.strictEqual(synced.code, 0, synced.stderr)
        assert.isAbove(JSON.parse(synced.stdout).results[0].inserted, 0)
        assert.strictEqual((yield* run(["audit", "verify"], environment, program)).code, 0)
      }),
    120_000
  )
})
