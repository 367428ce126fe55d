/** Runs `athena-webhooks` as whoever operates it does: as a process, judged by what it answers, logs and ends with. */
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { migrations } from "@athena-engine/program/services/database"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { SimulatorTest } from "@athena-engine/simulator/testing/SimulatorTest"
import { Effect, Layer } from "effect"
import { inject } from "vitest"
import { secret } from "./notification.ts"

const compileCache = join(tmpdir(), "athena-engine-compiled")

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  /** Where it listens, once it does. */
  readonly port: Promise<number>
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

/** Starts it. Nothing of the test's own environment but the PATH gets in. */
export const start = (
  environment: Readonly<Record<string, string>>,
  args: ReadonlyArray<string> = [],
  program = inject("shipped")
): Running => {
  const { HOME = "/", PATH = "" } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { HOME, PATH, NODE_COMPILE_CACHE: compileCache, PORT: "0", ...environment }
  })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  const port = new Promise<number>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
      const listening = /"port":(\d+)/.exec(stderr)?.[1]
      if (listening !== undefined) resolve(Number(listening))
    })
    child.on("close", () => reject(new Error(`It ended before it listened: ${stderr}`)))
  })
  // Not everybody waits for it.
  port.catch(() => {})
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "unknown", stdout, stderr }))
  })
  return { port, ended, kill: (signal) => void child.kill(signal) }
}

/** The same as long as the scope. */
export const running = (environment: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => start(environment)),
    ({ ended, kill }) =>
      Effect.promise(() => {
        kill("SIGKILL")
        return ended
      })
  )

/** A simulator on a socket, and a database of its own. */
export const world = () =>
  Layer.merge(
    SimulatorTest.layerServer({ clientId: "an-app", clientSecret: "its-secret", limits: { tokensPerMinute: 1000 } }),
    TestDatabase.layer(migrations)
  )

/** The environment of a process that works on both of them, as on the sandbox. */
export const environment = Effect.gen(function* () {
  const { origin } = yield* SimulatorServer
  const { url } = yield* TestDatabase
  return {
    ATHENA_ENVIRONMENT: "sandbox",
    ATHENA_BASE_URL: origin,
    ATHENA_SANDBOX_CLIENT_ID: "an-app",
    ATHENA_SANDBOX_CLIENT_SECRET: "its-secret",
    ATHENA_REQUESTS_PER_SECOND: "500",
    ATHENA_APP_REQUESTS_PER_SECOND: "500",
    ATHENA_WEBHOOK_SECRETS: `an-older-secret-of-ours, ${secret}`,
    DATABASE_URL: url
  }
})

/** What a path answers: its status, 0 where nobody does. */
export const statusOf = (port: number, path: string): Promise<number> =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } }).then(
    ({ status }) => status,
    () => 0
  )

/** Waits for a state, and not for a time. */
export const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("It did not come to that within a minute")
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
