import { assert, describe, it } from "vitest"
import { cyclesOf, fileGraph } from "../src/cycles.ts"
import { againstDependencies, inexactVersions, unpublishable } from "../src/dependencies.ts"
import { againstFileRules } from "../src/files.ts"
import { againstFolderTable, foldersOf } from "../src/folderDirection.ts"
import { addressesIn, forbiddenIn } from "../src/forbiddenText.ts"
import { importsOf } from "../src/importsOf.ts"
import { againstPackageTable } from "../src/packageDirection.ts"
import type { Manifest, Package } from "../src/Workspace.ts"

const packageWith = (
  files: Readonly<Record<string, ReadonlyArray<string>>>,
  manifest: Partial<Manifest> = {},
  lines = 10
): Package => ({
  folder: "sample",
  manifest: { name: "@athena-engine/sample", ...manifest },
  files: Object.entries(files).map(([path, imports]) => ({ path, lines, imports }))
})

const circumstances = { bundled: [], unimported: /^by-folder$/, peersOf: () => [] }

describe("importsOf", () => {
  it("finds imports of values and types, re-exports, dynamic imports and imports in types", () => {
    const text = [
      'import { a } from "a"',
      'import type { B } from "./B.ts"',
      'import "side-effect"',
      'export * from "c"',
      'export { d } from "d"',
      'export const e = (): Promise<unknown> => import("e")',
      'export type F = typeof import("f")',
      'export const notOne = "from nowhere"'
    ].join("\n")
    assert.sameMembers([...importsOf("sample.ts", text)], ["a", "./B.ts", "side-effect", "c", "d", "e", "f"])
  })

  it("refuses what it can't parse", () => {
    assert.throws(() => importsOf("sample.ts", "import {"), /sample\.ts can't be parsed/)
  })
})

describe("the rule of packages", () => {
  const table = { "@athena-engine/sample": { src: ["effect"], test: ["vitest"], never: ["effect/sql"] } }

  it("allows Node's modules, itself and what the table has", () => {
    const files = {
      "src/A.ts": ["effect/http", "node:fs", "./B.ts"],
      "test/A.test.ts": ["vitest", "@athena-engine/sample/A"]
    }
    assert.deepStrictEqual(againstPackageTable(packageWith(files), table), [])
  })

  it("finds a package that the table does not have, one for tests in src, and a module never to be imported", () => {
    const files = { "src/A.ts": ["@athena-engine/sync/runs/Runs", "vitest", "effect/sql/SqlClient"] }
    assert.lengthOf(againstPackageTable(packageWith(files), table), 3)
  })

  it("finds a package that is not in the table at all", () => {
    assert.lengthOf(againstPackageTable(packageWith({}), {}), 1)
  })
})

describe("the rule of folders", () => {
  const pkg = packageWith({ "src/http/Athena.ts": ["../auth/Tokens.ts"], "src/main.ts": ["./http/Athena.ts"] })

  it("allows arrows of the table", () => {
    assert.deepStrictEqual(againstFolderTable(pkg, { http: ["auth"], main: ["http"] }), [])
  })

  it("finds an arrow that the table has the other way round", () => {
    assert.deepStrictEqual(againstFolderTable(pkg, { auth: ["http"], main: ["http"] }), [
      "@athena-engine/sample: http -> auth is not in the table of folders"
    ])
  })
})

describe("the rule of cycles", () => {
  it("finds one between files and one between folders", () => {
    const pkg = packageWith({
      "src/a/A.ts": ["../b/B.ts"],
      "src/b/B.ts": ["./C.ts"],
      "src/b/C.ts": ["../a/A.ts"],
      "src/a/D.ts": []
    })
    assert.deepStrictEqual(cyclesOf(fileGraph(pkg)), ["src/a/A.ts -> src/b/B.ts -> src/b/C.ts -> src/a/A.ts"])
    assert.deepStrictEqual(cyclesOf(foldersOf(pkg)), ["a -> b -> a"])
  })

  it("finds none where two ways lead to one file", () => {
    assert.deepStrictEqual(cyclesOf({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }), [])
  })
})

describe("the rule of files", () => {
  const against = (path: string, ...imports: ReadonlyArray<string>) =>
    againstFileRules(packageWith({ [path]: imports }))

  it("finds long files in src", () => {
    assert.lengthOf(againstFileRules(packageWith({ "src/A.ts": [], "test/A.test.ts": [] }, {}, 401)), 1)
  })

  it("finds folders that are not kebab-case or tell nothing", () => {
    assert.lengthOf(against("src/rateLimit/A.ts"), 1)
    for (const folder of ["utils", "common", "helpers", "misc"]) assert.lengthOf(against(`src/${folder}/A.ts`), 1)
    assert.deepStrictEqual(against("src/rate-limit/A.ts"), [])
  })

  it("finds imports without .ts, into another package's folder, and of another package's tests", () => {
    assert.lengthOf(against("src/A.ts", "./B"), 1)
    assert.lengthOf(against("src/A.ts", "./B.js"), 1)
    assert.lengthOf(against("src/A.ts", "../../database/test/support/server.ts"), 1)
    assert.lengthOf(against("src/A.ts", "@athena-engine/database/test/support/server"), 1)
    assert.deepStrictEqual(against("test/A.test.ts", "../src/A.ts"), [])
  })
})

describe("the rule of dependencies", () => {
  it("finds what is missing, unused, and in the wrong list", () => {
    const pkg = packageWith(
      { "src/A.ts": ["effect/http", "pg"], "test/A.test.ts": ["vitest"] },
      { dependencies: { vitest: "1.0.0", idle: "1.0.0" }, devDependencies: { effect: "1.0.0", lazy: "1.0.0" } }
    )
    assert.sameMembers(
      [...againstDependencies(pkg, circumstances)],
      [
        "@athena-engine/sample imports pg without declaring it",
        "@athena-engine/sample imports effect in src, but has it in devDependencies only",
        "@athena-engine/sample has vitest in dependencies, and its src imports nothing of it",
        "@athena-engine/sample has idle in dependencies, and its src imports nothing of it",
        "@athena-engine/sample has lazy in devDependencies, and nothing imports it"
      ]
    )
  })

  it("allows peers of dependencies, bundled ones, and those found by their folder", () => {
    const pkg = packageWith(
      { "src/A.ts": ["effect"], "test/A.test.ts": ["vitest"] },
      {
        devDependencies: { effect: "1.0.0", vitest: "1.0.0", vite: "1.0.0" },
        optionalDependencies: { "by-folder": "1.0.0" }
      }
    )
    const allowing = { ...circumstances, bundled: ["@athena-engine/sample"], peersOf: () => ["vite"] }
    assert.deepStrictEqual(againstDependencies(pkg, allowing), [])
  })

  it("finds ranges of versions", () => {
    const versions = {
      a: "^1.0.0",
      b: "~1.0.0",
      c: "*",
      d: "1.x",
      e: "latest",
      f: "workspace:^",
      g: "1.2.3",
      h: "catalog:"
    }
    assert.lengthOf(inexactVersions("sample", versions), 6)
    assert.deepStrictEqual(inexactVersions("sample", { a: "1.2.3-beta.4", b: "workspace:*", c: "catalog:" }), [])
  })

  it("finds what a package lacks for the registry", () => {
    assert.lengthOf(unpublishable(packageWith({}), []), 6)
  })
})

describe("the rule of texts", () => {
  const path = (...parts: ReadonlyArray<string>) => ["", ...parts].join("/")

  it("finds registries and folders of machines", () => {
    const bad = [
      `https:/${path("registry" + ".npmjs.org", "effect")}`,
      `see ${path("work", "main")}`,
      `"${path("tmp", "mine", "a.ts")}"`,
      path("home", "someone", "a"),
      path("root", "a")
    ]
    assert.lengthOf(forbiddenIn("sample.md", bad.join("\n")), bad.length)
  })

  it("allows paths of the repository and of addresses", () => {
    assert.deepStrictEqual(
      forbiddenIn("sample.md", "src/work/a.ts, https://example.com/work/a, mkdtemp in os.tmpdir()"),
      []
    )
  })

  it("finds addresses in a lockfile", () => {
    assert.lengthOf(addressesIn("resolution: {integrity: sha512-x}\nresolution: {tarball: https://host/a.tgz}"), 1)
  })
})
