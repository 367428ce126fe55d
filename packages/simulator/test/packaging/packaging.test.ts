/** What `npx` starts and what the container holds: one file, which runs where nothing is installed. */
import { spawn } from "node:child_process"
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bundle, bundlePath } from "../../scripts/bundle.ts"

const home = fileURLToPath(new URL("../..", import.meta.url))
const manifest: { readonly publishConfig: { readonly bin: object }; readonly files: ReadonlyArray<string> } =
  JSON.parse(readFileSync(join(home, "package.json"), "utf8"))

/** The instructions of the container file, each with what stands behind its name. */
const instructions = readFileSync(join(home, "Containerfile"), "utf8")
  .split("\n")
  .map((line) => /^([A-Z]+) (.*)$/.exec(line))
  .flatMap((found) => (found === null ? [] : [[found[1], found[2] ?? ""] as const]))

const of = (name: string) => instructions.filter(([instruction]) => instruction === name).map(([, rest]) => rest)

/** The bundle with its manifest beside it, in a folder of its own, far from any `node_modules`. */
const installed = Effect.acquireRelease(
  Effect.promise(async () => {
    const folder = mkdtempSync(join(tmpdir(), "athena-simulator-"))
    await bundle(join(folder, bundlePath))
    copyFileSync(join(home, "package.json"), join(folder, "package.json"))
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Starts a program, and answers the origin that it says it listens on. */
const started = (folder: string, args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })),
    (child) =>
      Effect.callback<void>((resume) => {
        if (child.exitCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGTERM")
      })
  ).pipe(
    Effect.flatMap((child) =>
      Effect.callback<string>((resume) => {
        let said = ""
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString()
          const origin = /listens on (\S+)/.exec(said)?.[1]
          if (origin !== undefined) resume(Effect.succeed(origin))
        })
        child.once("exit", (code) => resume(Effect.die(`it ended with ${code} and said: ${said}`)))
      })
    )
  )

describe("the bundle", () => {
  it.live("runs alone, as the container starts it", () =>
    Effect.gen(function* () {
      const folder = yield* installed
      const [entrypoint = "[]"] = of("ENTRYPOINT")
      const [node, ...args]: ReadonlyArray<string> = JSON.parse(entrypoint)
      assert.strictEqual(node, "node")
      assert.strictEqual(args[0], bundlePath)
      const origin = yield* started(
        folder,
        args.map((arg) => (arg === "8090" ? "0" : arg))
      )
      const answer = yield* Effect.promise(() => fetch(`${origin}/simulator/clock`))
      assert.strictEqual(answer.status, 200)
      const token = yield* Effect.promise(() =>
        fetch(`${origin}/oauth2/v1/token`, {
          method: "POST",
          headers: { authorization: `Basic ${btoa("simulator:simulator-secret")}` },
          body: new URLSearchParams({ grant_type: "client_credentials", scope: "athena/service/Athenanet.MDP.*" })
        })
      )
      assert.strictEqual(token.status, 200)
    }).pipe(Effect.scoped)
  )

  it("is what the published command starts", () => {
    assert.deepStrictEqual(manifest.publishConfig.bin, { "athena-simulator": `./${bundlePath}` })
  })
})

describe("the container file", () => {
  it("copies what is there, or what the build puts there, and all of it is published", () => {
    const sources = of("COPY").flatMap((rest) => rest.split(" ").slice(0, -1))
    assert.sameMembers(sources, ["package.json", "LICENSE", bundlePath])
    for (const source of sources) assert.isTrue(source === bundlePath || existsSync(join(home, source)), source)
    for (const published of ["dist", "LICENSE", "Containerfile"]) assert.include(manifest.files, published)
  })

  it("listens on the port that it names, on every address, and not as root", () => {
    const [entrypoint = "[]"] = of("ENTRYPOINT")
    assert.include(entrypoint, `"--host", "0.0.0.0"`)
    assert.include(entrypoint, `"--port", "${of("EXPOSE")[0]}"`)
    assert.include(of("HEALTHCHECK")[0], `http://127.0.0.1:${of("EXPOSE")[0]}/simulator/clock`)
    assert.deepStrictEqual(of("USER"), ["node"])
  })
})
