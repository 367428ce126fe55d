import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { inexactVersions, versionsOf } from "../src/dependencies.ts"
import { installPacked, type Packed } from "../src/packed.ts"
import { filesUnder, readPackages, root } from "../src/Workspace.ts"

let consumer = ""
let packed: ReadonlyArray<Packed> = []

beforeAll(() => {
  consumer = mkdtempSync(Path.join(realpathSync(tmpdir()), "athena-packed-"))
  packed = readPackages().map((pkg) => installPacked(pkg, consumer))
  writeFileSync(Path.join(consumer, "package.json"), JSON.stringify({ type: "module" }))
})

afterAll(() => rmSync(consumer, { recursive: true, force: true }))

const run = (command: string, args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: consumer,
    encoding: "utf8",
    input: "",
    timeout: 60_000
  })
  return { status, output: `${stdout}${stderr}` }
}

/** What a user can import: every module of the sources, by its public name. */
const modulesOf = ({ folder, manifest }: Packed): ReadonlyArray<string> =>
  existsSync(Path.join(folder, "src"))
    ? filesUnder(Path.join(folder, "src"))
        .filter((path) => path.endsWith(".ts"))
        .map((path) => `${manifest.name}/${path.replace(/\.ts$/, "")}`)
    : []

describe("the packed packages", () => {
  it("hold what is built, without tests and build state, and name exact published versions", () => {
    for (const { folder, manifest } of packed) {
      assert.isTrue(existsSync(Path.join(folder, "dist")), `${manifest.name} has no dist`)
      for (const unwanted of ["test", "dist/.tsbuildinfo", "tsconfig.json", ".turbo"]) {
        assert.isFalse(existsSync(Path.join(folder, unwanted)), `${manifest.name} has ${unwanted}`)
      }
      const published = { ...versionsOf({ ...manifest, devDependencies: {} }) }
      assert.deepStrictEqual(inexactVersions(manifest.name, published), [])
      assert.notInclude(Object.values(published).join(), ":")
    }
  })

  it("load every module under plain Node, outside the workspace", () => {
    const modules = packed.flatMap(modulesOf)
    assert.isAbove(modules.length, 100)
    const program = Path.join(consumer, "load.js")
    writeFileSync(
      program,
      `for (const name of ${JSON.stringify(modules)}) {
        if (!import.meta.resolve(name).includes("/dist/")) throw new Error(name + " is not loaded from dist")
        await import(name).catch((error) => { throw new Error(name + ": " + error.message) })
      }
      console.log("loaded")`
    )
    assert.deepStrictEqual(run(process.execPath, [program]), { status: 0, output: "loaded\n" })
  })

  it("give their types to a user who checks declarations strictly", () => {
    const modules = packed.flatMap(modulesOf)
    const types = Path.join(root, "node_modules", "@types", "node")
    mkdirSync(Path.join(consumer, "node_modules", "@types"), { recursive: true })
    symlinkSync(realpathSync(types), Path.join(consumer, "node_modules", "@types", "node"))
    writeFileSync(
      Path.join(consumer, "use.ts"),
      modules.map((name, index) => `export type * as M${index} from "${name}"`).join("\n")
    )
    writeFileSync(
      Path.join(consumer, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          target: "es2024",
          lib: ["es2024", "esnext.disposable"],
          types: ["node"],
          module: "nodenext",
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: false,
          allowImportingTsExtensions: true
        },
        files: ["use.ts"]
      })
    )
    const tsc = Path.join(root, "node_modules", "typescript", "bin", "tsc")
    const ours = run(process.execPath, [tsc, "-p", consumer]).output.split("\n")
    // Dependencies answer for their own declarations.
    const complaints = ours.filter((line) => line.includes("use.ts") || line.includes("@athena-engine/"))
    assert.deepStrictEqual(complaints, [])
  })

  it("start their programs", () => {
    for (const { folder, manifest } of packed) {
      for (const [name, path] of Object.entries(manifest.bin ?? {})) {
        const { status, output } = run(process.execPath, [Path.join(folder, path), "--help"])
        assert.strictEqual(status, 0, output)
        assert.include(output, "USAGE", name)
      }
    }
  })
})
