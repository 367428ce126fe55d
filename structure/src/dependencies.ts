import { isSource, packageOf } from "./imports.ts"
import type { Manifest, Package } from "./Workspace.ts"

/** What the check of dependencies has to know besides the code. */
export interface Circumstances {
  /** Packages that are published as a bundle: what is bundled is no dependency of theirs. */
  readonly bundled: ReadonlyArray<string>
  /** Dependencies that are found by their folder rather than by an import. */
  readonly unimported: RegExp
  /** The peers that a dependency of the package asks for. */
  readonly peersOf: (pkg: Package, dependency: string) => ReadonlyArray<string>
}

/** Imports without a dependency, dependencies without an import, and those in the wrong list. */
export const againstDependencies = (
  pkg: Package,
  { bundled, unimported, peersOf }: Circumstances
): ReadonlyArray<string> => {
  const { name, dependencies = {}, devDependencies = {}, optionalDependencies = {} } = pkg.manifest
  const imported = (which: (path: string) => boolean) =>
    new Set(
      pkg.files
        .filter((file) => which(file.path))
        .flatMap((file) => file.imports.map(packageOf))
        .filter((one) => one !== undefined && one !== name)
    )
  const bySource = imported(isSource)
  const byAny = imported(() => true)
  const published = new Set(Object.keys({ ...dependencies, ...optionalDependencies }))
  const declared = new Set([...published, ...Object.keys(devDependencies)])
  const asTypes = new Set([...byAny].map((one) => `@types/${one}`))
  const asPeer = new Set([...declared].flatMap((one) => peersOf(pkg, one)))
  return [
    ...[...byAny].filter((one) => !declared.has(one ?? "")).map((one) => `${name} imports ${one} without declaring it`),
    ...[...bySource]
      .filter((one) => declared.has(one ?? "") && !published.has(one ?? "") && !bundled.includes(name))
      .map((one) => `${name} imports ${one} in src, but has it in devDependencies only`),
    ...[...published]
      .filter((one) => !bySource.has(one) && !unimported.test(one))
      .map((one) => `${name} has ${one} in dependencies, and its src imports nothing of it`),
    ...Object.keys(devDependencies)
      .filter((one) => !byAny.has(one) && !asPeer.has(one) && !asTypes.has(one))
      .map((one) => `${name} has ${one} in devDependencies, and nothing imports it`)
  ]
}

const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/

/** Versions that are ranges: an install next month would get other code. */
export const inexactVersions = (name: string, versions: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(versions)
    .filter(([, version]) => version !== "catalog:" && version !== "workspace:*" && !exact.test(version))
    .map(([dependency, version]) => `${name}: ${dependency} is ${version}, which is no exact version`)

/** What a package lacks of what the registry and its users need. */
export const unpublishable = ({ manifest }: Package, files: ReadonlyArray<string>): ReadonlyArray<string> =>
  Object.entries({
    "the licence MIT": manifest.license === "MIT" && files.includes("LICENSE"),
    "type module": manifest.type === "module",
    "sideEffects false": manifest.sideEffects === false,
    "engines.node": manifest.engines?.["node"] !== undefined,
    "publishConfig.access public": manifest.publishConfig?.access === "public" && manifest.private !== true,
    "dist, LICENSE and README.md in files": ["dist", "LICENSE", "README.md"].every((one) =>
      manifest.files?.includes(one)
    )
  })
    .filter(([, isThere]) => !isThere)
    .map(([what]) => `${manifest.name} lacks ${what}`)

/** All versions that a manifest names. */
export const versionsOf = (manifest: Manifest): Readonly<Record<string, string>> => ({
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.optionalDependencies,
  ...manifest.peerDependencies
})
