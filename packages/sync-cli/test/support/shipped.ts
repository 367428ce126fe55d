import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Context, Effect, Layer } from "effect"
import { bundle } from "../../scripts/bundle.ts"

/** The program as it is shipped, in a folder of its own: the path to start. It starts in half the time of the source. */
export class Shipped extends Context.Service<Shipped, string>()("sync-cli/test/support/Shipped") {
  /** Bundles it, and takes it away at the end. */
  static readonly layer = Layer.effect(
    Shipped,
    Effect.acquireRelease(
      Effect.promise(async () => {
        const folder = mkdtempSync(join(tmpdir(), "athena-sync-"))
        copyFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), join(folder, "package.json"))
        await bundle(join(folder, "dist"))
        return folder
      }),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    ).pipe(Effect.map((folder) => join(folder, "dist/main.js")))
  )
}
