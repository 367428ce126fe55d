import { isSource, resolveRelative } from "./imports.ts"
import type { Package } from "./Workspace.ts"

/** What imports what. */
export type Graph = Readonly<Record<string, ReadonlyArray<string>>>

/** The files of `src` and the ones they import, types included. */
export const fileGraph = (pkg: Package): Graph =>
  Object.fromEntries(
    pkg.files
      .filter((file) => isSource(file.path))
      .map(({ path, imports }) => [
        path,
        imports.filter((one) => one.startsWith(".")).map((one) => resolveRelative(path, one))
      ])
  )

/** One cycle of a graph as `a -> b -> a`, for each node where a search from the top finds one. */
export const cyclesOf = (graph: Graph): ReadonlyArray<string> => {
  const found: Array<string> = []
  const done = new Set<string>()
  const visit = (node: string, trail: ReadonlyArray<string>): void => {
    const seenAt = trail.indexOf(node)
    if (seenAt >= 0) {
      found.push([...trail.slice(seenAt), node].join(" -> "))
      return
    }
    if (done.has(node)) return
    for (const next of graph[node] ?? []) visit(next, [...trail, node])
    done.add(node)
  }
  for (const node of Object.keys(graph)) visit(node, [])
  return found
}
