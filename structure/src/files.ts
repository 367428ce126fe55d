import { isSource, resolveRelative } from "./imports.ts"
import type { Package } from "./Workspace.ts"

const maxLines = 400
const tellNothing = new Set(["utils", "util", "common", "helpers", "helper", "misc", "shared", "lib"])

/** Files that are too long, folders whose name is no word of the field, imports without `.ts` or out of the package. */
export const againstFileRules = (pkg: Package): ReadonlyArray<string> =>
  pkg.files.flatMap(({ path, lines, imports }) => {
    const where = `${pkg.manifest.name}/${path}`
    const relative = imports.filter((one) => one.startsWith("."))
    return [
      ...(isSource(path) && lines > maxLines ? [`${where} has ${lines} lines, more than ${maxLines}`] : []),
      ...path
        .split("/")
        .slice(0, -1)
        .filter((folder) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(folder) || tellNothing.has(folder))
        .map((folder) => `${where}: a folder called ${folder} tells a reader nothing, or is not kebab-case`),
      ...relative.filter((one) => !/\.(ts|json)$/.test(one)).map((one) => `${where}: ${one} must end in .ts`),
      ...relative
        .filter((one) => resolveRelative(path, one).startsWith(".."))
        .map((one) => `${where}: ${one} leaves the package; import it by the package's name`),
      ...imports
        .filter((one) => /^@athena-engine\/[^/]+\/test(\/|$)/.test(one))
        .map((one) => `${where}: ${one} is a test`)
    ]
  })
