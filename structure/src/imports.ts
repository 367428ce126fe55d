import { builtinModules } from "node:module"
import * as Path from "node:path"

/** The npm package of an import (`@effect/vitest`, `effect`), or nothing for relative ones and Node's own. */
export const packageOf = (specifier: string): string | undefined => {
  if (specifier.startsWith(".") || specifier.startsWith("node:") || builtinModules.includes(specifier)) return undefined
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
}

/** The path in the package that a relative import of `from` means; it begins with `..` if it leaves the package. */
export const resolveRelative = (from: string, specifier: string): string =>
  Path.posix.normalize(Path.posix.join(Path.posix.dirname(from), specifier))

/** Whether a path is part of what is published, rather than of its tests and scripts. */
export const isSource = (path: string): boolean => path.startsWith("src/")
