/** Runs `athena-sync` as a user does: as a process, with its own environment, judged by what it prints and its exit code. */
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { inject } from "vitest"

/** Where processes of tests find the sources compiled: half of a start's work. Node keeps it by the content of each file. */
const compileCache = join(tmpdir(), "athena-engine-compiled")

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number | undefined
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Effect.Effect<Ended>
}

/** Starts it. Nothing of the test's own environment but the PATH gets in. */
export const start = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
  program = inject("shipped")
): Running => {
  const { HOME = "/", PATH = "" } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { HOME, PATH, NODE_COMPILE_CACHE: compileCache, ...environment }
  })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  const closed = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "unknown", stdout, stderr }))
  })
  return { pid: child.pid, kill: (signal) => void child.kill(signal), ended: Effect.promise(() => closed) }
}

export const run = (args: ReadonlyArray<string>, environment?: Readonly<Record<string, string>>, program?: string) =>
  Effect.suspend(() => start(args, environment, program).ended)
