/** What the checks of the documentation read of a Markdown file. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import * as Path from "node:path"

/** Absolute path of the repository. */
export const root = Path.resolve(import.meta.dirname, "../../..")

/** A Markdown file. */
export interface Page {
  /** Path in the repository: `docs/testing.md`. */
  readonly path: string
  readonly text: string
}

/** A fenced block of code. */
export interface CodeBlock {
  readonly page: string
  /** `ts`, `sh`, … */
  readonly language: string
  /** Of its first line of code, counted from 1. */
  readonly line: number
  readonly code: string
}

const markdownUnder = (folder: string): ReadonlyArray<string> =>
  readdirSync(Path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return markdownUnder(path)
    return entry.name.endsWith(".md") ? [path] : []
  })

const readmes = readdirSync(Path.join(root, "packages")).map((name) => `packages/${name}/README.md`)

/** Every page that is written for readers. */
export const pages: ReadonlyArray<Page> = ["README.md", ...markdownUnder("docs"), "examples/README.md", ...readmes]
  .filter((path) => existsSync(Path.join(root, path)))
  .map((path) => ({ path, text: readFileSync(Path.join(root, path), "utf8") }))

/** The lines of a page, each with whether it is code or the edge of it. */
const linesOf = ({ text }: Page) => {
  let fence: string | undefined
  return text.split("\n").map((line) => {
    const [, marks, language = ""] = /^ *(`{3,}|~{3,})(\S*)/.exec(line) ?? []
    if (marks === undefined || (fence !== undefined && !marks.startsWith(fence))) {
      return { line, isCode: fence !== undefined, opens: undefined }
    }
    const opens = fence === undefined ? language : undefined
    fence = fence === undefined ? marks : undefined
    return { line, isCode: true, opens }
  })
}

export const codeBlocks = (page: Page): ReadonlyArray<CodeBlock> => {
  const lines = linesOf(page)
  return lines.flatMap(({ opens }, at) => {
    if (opens === undefined) return []
    const rest = lines.slice(at + 1)
    const end = rest.findIndex(({ line }) => /^ *(`{3,}|~{3,})\s*$/.test(line))
    const code = rest.slice(0, end < 0 ? rest.length : end).map(({ line }) => line)
    return [{ page: page.path, language: opens, line: at + 2, code: code.join("\n") }]
  })
}

/** The page without its code: fenced, and between backticks. */
const proseOf = (page: Page) =>
  linesOf(page).map(({ isCode, line }) => (isCode ? "" : line.replace(/`[^`]*`/g, (code) => "x".repeat(code.length))))

/** Where a page points to in the repository, by line. */
export const linksOf = (page: Page) =>
  proseOf(page).flatMap((line, at) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) =>
      /^[a-z]+:/.test(target) ? [] : [{ line: at + 1, target }]
    )
  )

/** The anchors of a page's headings, as they are made where the pages are shown. */
export const anchorsOf = (page: Page): ReadonlySet<string> => {
  const anchors = new Set<string>()
  for (const { isCode, line } of linesOf(page)) {
    const [, heading] = /^#{1,6} +(.+?) *$/.exec(line) ?? []
    if (heading === undefined || isCode) continue
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-")
    let anchor = slug
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`
    anchors.add(anchor)
  }
  return anchors
}
