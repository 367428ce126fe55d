import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync } from "node:fs"
import * as Path from "node:path"
import { type Manifest, type Package, readManifest } from "./Workspace.ts"

/** A package as its users get it. */
export interface Packed {
  readonly folder: string
  readonly manifest: Manifest
}

const runPnpm = (args: ReadonlyArray<string>, cwd: string): void => {
  // Under `pnpm run` this names the pnpm that runs; there is none on the path otherwise.
  const running = process.env["npm_execpath"]
  const isPnpm = running !== undefined && /pnpm/.test(Path.basename(running))
  const [command, ...before] = !isPnpm
    ? ["npx", "-y", "pnpm@12"]
    : /\.[cm]?js$/.test(running)
      ? [process.execPath, running]
      : [running]
  execFileSync(command ?? "pnpm", [...before, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] })
}

/**
 * Packs a package and unpacks it under `consumer/node_modules`, with links to the dependencies that its packed
 * manifest names and to nothing else: an undeclared one is not found, and no registry is asked.
 */
export const installPacked = (pkg: Package, consumer: string): Packed => {
  const { name } = pkg.manifest
  const folder = Path.join(consumer, "node_modules", name)
  const work = Path.join(consumer, "tarballs", name)
  mkdirSync(work, { recursive: true })
  mkdirSync(Path.dirname(folder), { recursive: true })
  runPnpm(["pack", "--pack-destination", work], pkg.folder)
  const tarball = readdirSync(work).find((file) => file.endsWith(".tgz"))
  if (tarball === undefined) throw new Error(`${name} was not packed`)
  execFileSync("tar", ["-xzf", tarball], { cwd: work })
  renameSync(Path.join(work, "package"), folder)
  const manifest = readManifest(folder)
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const installed = Path.join(pkg.folder, "node_modules", dependency)
    // The siblings are unpacked beside it; of the optional ones only this platform's is there.
    if (dependency.startsWith("@athena-engine/") || !existsSync(installed)) continue
    const link = Path.join(folder, "node_modules", dependency)
    mkdirSync(Path.dirname(link), { recursive: true })
    symlinkSync(realpathSync(installed), link)
  }
  return { folder, manifest }
}
