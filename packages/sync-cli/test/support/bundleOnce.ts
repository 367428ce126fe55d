/** The program as it is shipped, bundled once for all tests. It starts in half the time of its source. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"
import { bundle } from "../../scripts/bundle.ts"

declare module "vitest" {
  interface ProvidedContext {
    /** The path to start. */
    readonly shipped: string
  }
}

const folder = mkdtempSync(join(tmpdir(), "athena-sync-"))

/** Before the first test. */
export const setup = async (project: TestProject) => {
  copyFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), join(folder, "package.json"))
  await bundle(join(folder, "dist"))
  project.provide("shipped", join(folder, "dist/main.js"))
}

/** After the last. */
export const teardown = () => rmSync(folder, { recursive: true, force: true })
