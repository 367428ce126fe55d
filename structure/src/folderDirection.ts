import { isSource, resolveRelative } from "./imports.ts"
import type { Package } from "./Workspace.ts"

/** For each folder of `src` (or file directly in it) the ones it imports. */
export type FolderTable = Readonly<Record<string, ReadonlyArray<string>>>

/** The folder directly under `src` that a file is in, or its own name without `.ts` if it is in none. */
export const folderOf = (path: string): string => path.replace(/^src\//, "").replace(/\/.*$|\.ts$/, "")

/** The imports between folders that the code has. */
export const foldersOf = (pkg: Package): FolderTable => {
  const table: Record<string, Set<string>> = {}
  for (const { path, imports } of pkg.files.filter((file) => isSource(file.path))) {
    const from = folderOf(path)
    table[from] ??= new Set()
    for (const specifier of imports.filter((one) => one.startsWith("."))) {
      const to = folderOf(resolveRelative(path, specifier))
      if (to !== from) table[from].add(to)
    }
  }
  return Object.fromEntries(Object.entries(table).map(([from, to]) => [from, [...to].sort()]))
}

/** Arrows between folders that the table does not have. */
export const againstFolderTable = (pkg: Package, table: FolderTable): ReadonlyArray<string> =>
  Object.entries(foldersOf(pkg)).flatMap(([from, to]) =>
    to
      .filter((one) => table[from]?.includes(one) !== true)
      .map((one) => `${pkg.manifest.name}: ${from} -> ${one} is not in the table of folders`)
  )
