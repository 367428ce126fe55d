/**
 * Bundles `athena-simulator` into one file that needs nothing but Node 20 or newer: what `npx` starts, and what the container
 * holds.
 */
import { chmodSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const home = fileURLToPath(new URL("..", import.meta.url))

/** Where the build puts it, in the package. */
export const bundlePath = "dist/athena-simulator.js"

/** Writes the bundle to a file. */
export const bundle = async (outfile: string): Promise<void> => {
  await build({
    absWorkingDir: home,
    entryPoints: ["src/main.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
    // Some of what is bundled is CommonJS.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);'
    }
  })
  chmodSync(outfile, 0o755)
}

if (import.meta.main) await bundle(join(home, bundlePath))
