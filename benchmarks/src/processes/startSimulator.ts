import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"
import { Effect, Option, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { fileOf } from "./bundle.ts"
import { WorkerFailed } from "./runWorker.ts"

/** It keeps the text of every row that it has rendered: a million of them need more than a process is given by default. */
const heap = "--max-old-space-size=8192"

/** Starts athenahealth in a box as a process of its own, until the scope closes; answers its origin. */
export const startSimulator = Effect.fnUntraced(function* (options: SimulatorOptions) {
  const handle = yield* ChildProcess.make(process.execPath, [heap, fileOf("simulator"), JSON.stringify(options)], {
    stdin: "ignore",
    stderr: "inherit"
  })
  const first = yield* handle.stdout.pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.filter((line) => line.startsWith("http")),
    Stream.runHead
  )
  if (Option.isNone(first)) return yield* new WorkerFailed({ program: "simulator", output: "no address" })
  return first.value
})
