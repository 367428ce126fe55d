import { existsSync, readdirSync, readFileSync } from "node:fs"
import * as Path from "node:path"
import { importsOf } from "./importsOf.ts"

/** A TypeScript file of a package. */
export interface SourceFile {
  /** Path in the package, with `/`: `src/auth/AccessTokens.ts`. */
  readonly path: string
  readonly lines: number
  readonly imports: ReadonlyArray<string>
}

/** What the checks read of a `package.json`. */
export interface Manifest {
  readonly name: string
  readonly license?: string
  readonly type?: string
  readonly private?: boolean
  readonly sideEffects?: boolean
  readonly engines?: Readonly<Record<string, string>>
  readonly files?: ReadonlyArray<string>
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly access?: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace, with its files. */
export interface Package {
  /** Absolute path of its folder. */
  readonly folder: string
  readonly manifest: Manifest
  readonly files: ReadonlyArray<SourceFile>
}

/** Absolute path of the repository. */
export const root = Path.resolve(import.meta.dirname, "../..")

const made = new Set(["node_modules", "dist", "coverage", ".git", ".turbo", ".vitest", ".athena", ".pages"])

/** Every file under a folder that a person wrote, by its path with `/` from there. */
export const filesUnder = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (made.has(entry.name)) return []
    if (!entry.isDirectory()) return entry.isFile() ? [entry.name] : []
    return filesUnder(Path.join(folder, entry.name)).map((inner) => `${entry.name}/${inner}`)
  })

const parseJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"))

/** Reads the `package.json` in a folder. */
export const readManifest = (folder: string): Manifest => parseJson(Path.join(folder, "package.json")) as Manifest

/** Reads one package with the imports of all its files. */
export const readPackage = (folder: string): Package => ({
  folder,
  manifest: readManifest(folder),
  files: filesUnder(folder)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const text = readFileSync(Path.join(folder, path), "utf8")
      return { path, lines: text.split("\n").length - 1, imports: importsOf(path, text) }
    })
})

/** The packages that are published: all under `packages/`. */
export const readPackages = (): ReadonlyArray<Package> =>
  readdirSync(Path.join(root, "packages"))
    .map((name) => Path.join(root, "packages", name))
    .filter((folder) => existsSync(Path.join(folder, "package.json")))
    .map(readPackage)

/** Packages that are never published, and still are built as the others are. */
export const readPrivatePackages = (): ReadonlyArray<Package> =>
  ["benchmarks", "examples", "testing"].map((name) => readPackage(Path.join(root, name)))
