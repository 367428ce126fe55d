/**
 * Type-checks the TypeScript of the pages, all of it in one run of the compiler, with the project's own settings.
 *
 * A block is a module that a reader can paste beside the examples: it has its imports. One whose first line is a comment with
 * a path, such as `// packages/athena-core/src/ids/PatientId.ts`, quotes that file, and must be it or a part of it, to the letter.
 *
 * Modules are written at the line that they have in their page, so that an error's line is the page's.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Path from "node:path"
import { type CodeBlock, root } from "./markdown.ts"

/** The file that a block quotes. */
const quotedBy = ({ code }: CodeBlock) => /^\/\/ (\S+\/\S+\.ts)\n/.exec(code)?.[1]

/** Quotations that are not what the file says. */
export const misquotations = (blocks: ReadonlyArray<CodeBlock>): ReadonlyArray<string> =>
  blocks.flatMap((block) => {
    const file = quotedBy(block)
    if (file === undefined) return []
    const where = `${block.page}:${block.line}`
    if (!existsSync(Path.join(root, file))) return [`${where}: there is no ${file}`]
    const quotation = block.code
      .split("\n")
      .slice(1)
      .join("\n")
      .replace(/^\n+|\s+$/g, "")
    const text = `\n${readFileSync(Path.join(root, file), "utf8")}`
    return text.includes(`\n${quotation}\n`) ? [] : [`${where}: ${file} does not say so`]
  })

/** The project's, with the modules as if they stood beside the examples. */
const settingsIn = (folder: string) => ({
  extends: Path.join(root, "tsconfig.base.json"),
  compilerOptions: {
    composite: false,
    declaration: false,
    noEmit: true,
    rootDirs: [folder, Path.join(root, "examples/src")]
  },
  include: ["*.ts"]
})

/** What the compiler says of the modules in `folder`, by line. */
const compile = (folder: string): string => {
  const compiler = Path.join(root, "node_modules/.bin/tsc")
  try {
    return execFileSync(compiler, ["-p", Path.join(folder, "tsconfig.json"), "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8"
    })
  } catch (error) {
    if (typeof error === "object" && error !== null && "stdout" in error && typeof error.stdout === "string") {
      return error.stdout
    }
    throw error
  }
}

/** The errors in blocks that quote no file: `docs/testing.md:31: error TS2304: …`. */
export const typeErrors = (blocks: ReadonlyArray<CodeBlock>): ReadonlyArray<string> => {
  // Inside the package, where its dependencies are found; a folder of its own for each run.
  const made = Path.join(root, "examples/.pages")
  mkdirSync(made, { recursive: true })
  const folder = mkdtempSync(Path.join(made, "run-"))
  try {
    writeFileSync(Path.join(folder, "tsconfig.json"), JSON.stringify(settingsIn(folder)))
    for (const block of blocks) {
      if (quotedBy(block) !== undefined) continue
      const file = `${block.page.replaceAll("/", "~")}~${block.line}.ts`
      writeFileSync(Path.join(folder, file), `${"\n".repeat(block.line - 1)}${block.code}\n`)
    }
    // Errors of the packages themselves are for their own checks to find.
    return [...compile(folder).matchAll(/^([^/\s]+\.md)~\d+\.ts\((\d+),\d+\)(: error .*)$/gm)].map(
      ([, page = "", line, error]) => `${page.replaceAll("~", "/")}:${line}${error}`
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
