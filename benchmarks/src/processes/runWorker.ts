/**
 * Workers: programs that measure themselves, so that their CPU time and memory are a client's alone. Each takes one JSON
 * argument, and its last line on stdout is its JSON result.
 */
import { readFileSync } from "node:fs"
import { Effect, Schema } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { fileOf, type Program } from "./bundle.ts"

/** A worker ended without a result. */
export class WorkerFailed extends Schema.TaggedError<WorkerFailed>()("WorkerFailed", {
  program: Schema.String,
  output: Schema.String
}) {
  override get message(): string {
    return `The worker "${this.program}" ended without a result. What it printed: ${this.output}`
  }
}

/** How the programs are started: their first line says with what memory. */
const [shebang = ""] = readFileSync(new URL("../../../packages/sync-cli/src/main.ts", import.meta.url), "utf8").split(
  "\n"
)
/** Its flags. */
export const asShipped = shebang.split(" ").filter((word) => word.startsWith("--"))

/** Set, each worker writes a CPU profile into this folder. */
const profileFolder = process.env["BENCH_CPU_PROFILE"]

/** Runs a worker to its end and reads its result. */
export const runWorker = <A>(
  program: Program,
  input: unknown,
  result: Schema.Codec<A, unknown>
): Effect.Effect<A, WorkerFailed, ChildProcessSpawner.ChildProcessSpawner> =>
  Effect.gen(function* () {
    const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
    const profiling = profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`]
    const flags = [...(program === "engine" ? asShipped : []), ...profiling]
    const command = ChildProcess.make(process.execPath, [...flags, fileOf(program), JSON.stringify(input)], {
      stdin: "ignore"
    })
    const failed = (output: string) => new WorkerFailed({ program, output })
    const lines = yield* Effect.mapError(spawner.lines(command, { includeStderr: true }), (error) =>
      failed(error.message)
    )
    const last = lines.findLast((line) => line.startsWith("{"))
    return yield* Effect.mapError(Schema.decodeUnknownEffect(Schema.fromJsonString(result))(last), () =>
      failed(lines.slice(-20).join("\n"))
    )
  })
