import { parseSync } from "vite"

/** The modules that a TypeScript file imports or re-exports, types and dynamic imports with a fixed name included. */
export const importsOf = (path: string, text: string): ReadonlyArray<string> => {
  const { module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} can't be parsed: ${errors[0]?.message}`)
  const named = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []))
  ]
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const quoted = /^["'](.*)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    return quoted?.[1] ?? []
  })
  // `import("…")` in a type is no import to the parser.
  const inTypes = [...text.matchAll(/\bimport\("([^"\n]+)"\)/g)].flatMap((match) => match[1] ?? [])
  return [...new Set([...named, ...dynamic, ...inTypes])]
}
