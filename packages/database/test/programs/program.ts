import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"

/** A program of this folder in a process of its own. */
export interface Running {
  readonly pid: number
  /** The next line it prints. */
  readonly line: Effect.Effect<string>
  /** Ends it as `kill -9` does. */
  readonly kill: Effect.Effect<void>
  /** Its exit code, once it has ended. */
  readonly ended: Effect.Effect<number | null>
}

/** Starts `<name>.ts` with arguments; killed when the scope closes. */
export const start = (name: string, args: ReadonlyArray<string>, options: { uid?: number; cwd?: string } = {}) =>
  Effect.acquireRelease(
    Effect.sync((): Running => {
      const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
      const child = spawn(process.execPath, [script, ...args], { ...options, stdio: ["ignore", "pipe", "inherit"] })
      const lines: Array<string> = []
      const waiting: Array<(line: string) => void> = []
      let rest = ""
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        const parts = (rest + chunk).split("\n")
        rest = parts.pop() ?? ""
        for (const line of parts) {
          const next = waiting.shift()
          if (next === undefined) lines.push(line)
          else next(line)
        }
      })
      const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)))
      // A program that fails instead of printing must not hang the test.
      void exit.then(() => {
        for (const next of waiting.splice(0)) next("ended without a line")
      })
      const ended = Effect.promise(() => exit)
      return {
        pid: child.pid ?? 0,
        line: Effect.promise(
          () =>
            new Promise<string>((resolve) => {
              const line = lines.shift()
              if (line === undefined) waiting.push(resolve)
              else resolve(line)
            })
        ),
        kill: Effect.suspend(() => {
          child.kill("SIGKILL")
          return Effect.asVoid(ended)
        }),
        ended
      }
    }),
    (running) => running.kill
  )
