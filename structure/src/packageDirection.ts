import { isSource, packageOf } from "./imports.ts"
import type { Package } from "./Workspace.ts"

/** What a package may import. */
export interface Allowed {
  /** npm packages that its sources may import. */
  readonly src: ReadonlyArray<string>
  /** npm packages that its tests and scripts may import besides. */
  readonly test: ReadonlyArray<string>
  /** Modules of an allowed package that its sources may not import after all. */
  readonly never?: ReadonlyArray<string>
}

/** Imports that the table does not allow, one sentence each. */
export const againstPackageTable = (pkg: Package, table: Readonly<Record<string, Allowed>>): ReadonlyArray<string> => {
  const { name } = pkg.manifest
  const allowed = table[name]
  if (allowed === undefined) return [`${name} is not in the table of packages`]
  return pkg.files.flatMap(({ path, imports }) => {
    const permitted = new Set([name, ...allowed.src, ...(isSource(path) ? [] : allowed.test)])
    return imports.flatMap((specifier) => {
      const imported = packageOf(specifier)
      if (imported !== undefined && !permitted.has(imported)) return [`${name} may not import ${specifier} (${path})`]
      const isForbidden = allowed.never?.some((one) => specifier === one || specifier.startsWith(`${one}/`)) === true
      return isSource(path) && isForbidden ? [`${name} may not import ${specifier} (${path})`] : []
    })
  })
}
