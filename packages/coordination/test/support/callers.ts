/** Starts `programs/caller.ts` as processes of their own, and gathers what they were let through for. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"

const program = fileURLToPath(new URL("../programs/caller.ts", import.meta.url))

export interface Callers {
  /** When requests were let through, epoch milliseconds, by practice. */
  readonly admitted: ReadonlyMap<string, ReadonlyArray<number>>
  readonly begin: Effect.Effect<void>
  /** Kills one, without a warning. */
  readonly kill: (index: number) => Effect.Effect<void>
  /** Tells them to stop, and waits until they did. */
  readonly stop: Effect.Effect<void>
}

interface Caller {
  readonly child: ChildProcessWithoutNullStreams
  readonly ready: Promise<void>
  readonly closed: Promise<void>
}

const start = (environment: Readonly<Record<string, string>>, onLine: (line: string) => void): Caller => {
  const { HOME = "/", PATH = "" } = process.env
  const child = spawn(process.execPath, [program], { env: { HOME, PATH, ...environment } })
  let rest = ""
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    void closed.then(() => reject(new Error(`a caller ended: ${said}`)))
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) line === "ready" ? resolve() : onLine(line)
    })
  })
  child.stdin.on("error", () => {})
  return { child, ready, closed }
}

/** So many callers, all of them ready. They end with the scope. */
export const startCallers = (
  count: number,
  environment: Readonly<Record<string, string>>
): Effect.Effect<Callers, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const admitted = new Map<string, Array<number>>()
      const note = (line: string) => {
        const [practiceId = "", at = ""] = line.split(" ")
        admitted.set(practiceId, [...(admitted.get(practiceId) ?? []), Number(at)])
      }
      const callers = Array.from({ length: count }, () => start(environment, note))
      await Promise.all(callers.map(({ ready }) => ready))
      return { admitted, callers }
    }),
    ({ callers }) =>
      Effect.sync(() => {
        for (const { child } of callers) child.kill("SIGKILL")
      })
  ).pipe(
    Effect.map(({ admitted, callers }) => ({
      admitted,
      begin: Effect.sync(() => {
        for (const { child } of callers) child.stdin.write("go\n")
      }),
      kill: (index) => Effect.sync(() => callers[index]?.child.kill("SIGKILL")),
      stop: Effect.promise(async () => {
        for (const { child } of callers) child.stdin.end()
        await Promise.all(callers.map(({ closed }) => closed))
      })
    }))
  )
