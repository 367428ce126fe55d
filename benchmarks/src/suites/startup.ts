import { Effect } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { median } from "../measure/Usage.ts"
import { fileOf } from "../processes/bundle.ts"
import { Postgres } from "../processes/Postgres.ts"
import { WorkerFailed } from "../processes/runWorker.ts"
import { startSimulator } from "../processes/startSimulator.ts"
import type { Suite } from "./Suite.ts"

const times = 9

/** How long a program takes from its start to its end: the median of several turns. */
const wallOf = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const walls: Array<number> = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    const code = yield* spawner.exitCode(
      ChildProcess.make(process.execPath, args, {
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
        env: { ...env },
        extendEnv: true
      })
    )
    if (code !== 0) return yield* new WorkerFailed({ program: args.slice(1, 3).join(" "), output: `exit code ${code}` })
    walls.push(performance.now() - began)
  }
  return median(walls)
})

/** What it costs to start the command line program. */
export const startup: Suite = Effect.fnUntraced(function* () {
  const { freshDatabase } = yield* Postgres
  const program = fileOf("athena-sync")
  const nothing = yield* wallOf(["-e", "0"], {})
  const help = yield* wallOf([program, "--help"], {})
  const origin = yield* startSimulator({ limits: { tokensPerMinute: 1000 } })
  const sync = yield* wallOf([program, "appointments", "--from", "2001-01-01", "--to", "2001-01-01"], {
    ATHENA_ENVIRONMENT: "sandbox",
    ATHENA_BASE_URL: origin,
    ATHENA_SANDBOX_CLIENT_ID: "simulator",
    ATHENA_SANDBOX_CLIENT_SECRET: "simulator-secret",
    ATHENA_PRACTICES: "195900",
    DATABASE_URL: yield* freshDatabase
  })
  const line = (what: string, millis: number) => ({
    what,
    measured: `${millis.toFixed(0)} ms`,
    ratio: millis / nothing
  })
  return {
    name: "startup",
    about: `From start to end of the bundled program, the median of ${times} turns. Ratios are to \`node -e 0\`.`,
    lines: [
      { what: "node -e 0", measured: `${nothing.toFixed(0)} ms`, ratio: undefined },
      line("athena-sync --help", help),
      line("athena-sync appointments of a day with none", sync)
    ]
  }
})
