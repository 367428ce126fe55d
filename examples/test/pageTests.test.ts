/** The tests that stand in the pages, run as a reader would: pasted into a file of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import * as Path from "node:path"
import { afterAll, assert, it } from "@effect/vitest"
import { codeBlocks, pages, root } from "./pages/markdown.ts"

const made = Path.join(root, "examples/.pages")
mkdirSync(made, { recursive: true })
const folder = mkdtempSync(Path.join(made, "tests-"))
afterAll(() => rmSync(folder, { recursive: true }))

const blocks = pages
  .flatMap(codeBlocks)
  .filter(({ code, language }) => language === "ts" && /^import .* from "@effect\/vitest"$/m.test(code))

it("are found", () => assert.isAbove(blocks.length, 3))

for (const { code, line, page } of blocks) {
  const file = Path.join(folder, `${page.replaceAll("/", "-")}-${line}.ts`)
  writeFileSync(file, code)
  await import(/* @vite-ignore */ file)
}
