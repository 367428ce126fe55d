/** The pages say what is so: their code compiles, their links lead somewhere, their commands and variables exist. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import * as Path from "node:path"
import { AthenaErrorReason } from "@athena-engine/athena-core/errors/AthenaError"
import { assert, describe, it } from "@effect/vitest"
import { anchorsOf, codeBlocks, linksOf, type Page, pages, root } from "./pages/markdown.ts"
import { misquotations, typeErrors } from "./pages/typeCheck.ts"

const none: ReadonlyArray<string> = []
const read = (path: string) => readFileSync(Path.join(root, path), "utf8")

const blocks = pages.flatMap(codeBlocks)
const typescript = blocks.filter(({ language }) => language === "ts")

/** A page with three mistakes, checked with the others, so that it is seen at each run that they would be found. */
const wrong: Page = {
  path: "docs/wrong.md",
  text: [
    "# Wrong",
    "",
    "A number that is none, and a name that is not there:",
    "",
    "```ts",
    'export const answer: number = "forty-two"',
    "```",
    "",
    "```ts",
    'import { GetNobody } from "@athena-engine/athena-core/endpoints/GetNobody"',
    "export const nobody = GetNobody",
    "```",
    "",
    "```ts",
    "// examples/src/daySchedule.ts",
    "const nothing = 1",
    "```",
    "",
    "[nowhere](nowhere.md), [here](#wrong), [not here](#right), [elsewhere](../README.md#two-commands)"
  ].join("\n")
}

describe("the code in the pages", () => {
  it("compiles, each block as a module of its own", { timeout: 120_000 }, () => {
    assert.isAbove(typescript.length, 20)
    const errors = typeErrors([...typescript, ...codeBlocks(wrong)])
    const [planted, found] = [true, false].map((isPlanted) =>
      errors.filter((error) => error.startsWith(`${wrong.path}:`) === isPlanted)
    )
    assert.deepStrictEqual(found, none)
    assert.sameMembers(planted?.map((error) => error.slice(0, error.indexOf(": error"))) ?? [], [
      "docs/wrong.md:6",
      "docs/wrong.md:10"
    ])
  })

  it("quotes files as they are", () => {
    assert.deepStrictEqual(misquotations(typescript), none)
    assert.deepStrictEqual(misquotations(codeBlocks(wrong)), [
      "docs/wrong.md:15: examples/src/daySchedule.ts does not say so"
    ])
  })
})

/** Links of a page that lead nowhere: no file, or no heading in it. */
const lost = (page: Page): ReadonlyArray<string> =>
  linksOf(page).flatMap(({ line, target }) => {
    const [file = "", anchor] = target.split("#")
    const path = file === "" ? page.path : Path.join(Path.dirname(page.path), file)
    const where = `${page.path}:${line}: ${target}`
    if (path !== page.path && !existsSync(Path.join(root, path))) return [where]
    if (anchor === undefined || statSync(Path.join(root, path), { throwIfNoEntry: false })?.isDirectory()) return []
    const there = path === page.path ? page : { path, text: read(path) }
    return anchorsOf(there).has(anchor) ? [] : [where]
  })

describe("the links in the pages", () => {
  it("lead to a file and a heading that are there", () => {
    assert.isAbove(pages.flatMap(linksOf).length, 40)
    assert.deepStrictEqual(pages.flatMap(lost), none)
    assert.deepStrictEqual(lost(wrong), ["docs/wrong.md:19: nowhere.md", "docs/wrong.md:19: #right"])
  })
})

/** What `pnpm` does by itself. */
const ofPnpm = new Set(["install", "exec", "add", "publish", "run"])

/** Root scripts that a text asks for. */
const scriptsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/\bpnpm(?:@\d+)?(?: --silent)?(?: run)? ([a-z][a-z:-]*)/g)].flatMap(([, name = ""]) =>
    ofPnpm.has(name) ? [] : [name]
  )

const codeOf = ({ text }: Page) => [...text.matchAll(/`[^`\n]+`/g)].map(([code]) => code)

describe("the commands in the pages", () => {
  it("are scripts of the repository", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> }
    const inBlocks = blocks
      .filter(({ language }) => language !== "ts")
      .map(({ code, line, page }) => ({ where: `${page}:${line}`, names: scriptsIn(code) }))
    const inProse = pages.map((page) => ({ where: page.path, names: codeOf(page).flatMap(scriptsIn) }))
    const unknown = [...inBlocks, ...inProse].flatMap(({ names, where }) =>
      names.filter((name) => scripts[name] === undefined).map((name) => `${where}: pnpm ${name}`)
    )
    assert.deepStrictEqual(unknown, none)
    assert.isAbove([...inBlocks, ...inProse].flatMap(({ names }) => names).length, 15)
  })
})

describe("the commands of athena-sync in the pages", () => {
  const folder = "packages/sync-cli/src/commands"
  const known = new Set(
    readdirSync(Path.join(root, folder))
      .flatMap((file) => [...read(`${folder}/${file}`).matchAll(/Command\.make\(\s*"([a-z-]+)"/g)])
      .map(([, name = ""]) => name)
  )
  const named = (text: string) => [...text.matchAll(/\bathena-sync ([a-z]+)/g)].map(([, name = ""]) => name)

  it("are there", () => {
    const told = [
      ...pages.flatMap((page) => codeOf(page).flatMap(named)),
      ...blocks.filter(({ language }) => language === "sh").flatMap(({ code }) => named(code))
    ]
    assert.deepStrictEqual(
      told.filter((name) => !known.has(name)),
      none
    )
    assert.isAbove(told.length, 20)
  })
})

describe("the variables", () => {
  const sources = [
    "packages/athena-core/src/environment/AthenaSettings.ts",
    "packages/webhook-server/src/console/settings.ts",
    "packages/athena-core/src/environment/encryptionKeys.ts",
    "packages/athena-core/src/credentials/CredentialsFile.ts",
    "packages/program/src/configuration/settings.ts",
    "packages/program/src/configuration/webhookRetention.ts",
    "packages/program/src/configuration/webhookSecret.ts",
    "packages/webhook-server/src/addresses/settings.ts"
  ]
  const inCode = new Set(
    sources
      .flatMap((path) => [...read(path).matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g)])
      .map(([, name = ""]) => name)
      .concat(
        ["SANDBOX", "PRODUCTION"].flatMap((where) => [`ATHENA_${where}_CLIENT_ID`, `ATHENA_${where}_CLIENT_SECRET`])
      )
  )
  const tableOf = (path: string) =>
    new Set(
      read(path)
        .split("\n")
        .filter((line) => line.startsWith("| `"))
        .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)])
        .map(([, name = ""]) => name)
    )

  it("that are read are in the README's table, and those of the table are read", () => {
    const told = tableOf("README.md")
    // Read by the HTTP client alone.
    const byOthers = ["NO_PROXY"]
    assert.deepStrictEqual(
      [...inCode].filter((name) => !told.has(name)),
      none
    )
    assert.deepStrictEqual(
      [...told].filter((name) => !inCode.has(name) && !byOthers.includes(name)),
      none
    )
  })
})

describe("the reasons of errors", () => {
  it("are in the reference, each once", () => {
    const rows = [...read("docs/reference.md").matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, name]) => name)
    const tags = AthenaErrorReason.members.map(({ fields }) => fields._tag.schema.literal)
    assert.sameMembers(rows, tags)
  })
})
