/** Runs of a process of their own, against the test's simulator on its socket and the test's database. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { TestDatabase } from "@athena-engine/database/testing/TestDatabase"
import { SimulatorServer } from "@athena-engine/simulator/server/SimulatorServer"
import { Effect } from "effect"
import type { Step } from "../../src/schedule/Job.ts"
import type { Range } from "../support/practice.ts"

const program = fileURLToPath(new URL("./syncOnce.ts", import.meta.url))

/** Syncs the appointments of `range`, or patients without one, or does the steps of the night that are named; and is killed by SIGKILL as soon as `moment` succeeds, if it runs still. */
export const killedAt = Effect.fnUntraced(function* (
  moment: Effect.Effect<void>,
  range?: Range,
  steps: ReadonlyArray<Step> = []
) {
  const { url } = yield* TestDatabase
  const { origin } = yield* SimulatorServer
  const where = {
    ...(range === undefined ? {} : { FROM: range.from, TO: range.to }),
    ...(steps.length === 0 ? {} : { STEPS: steps.join(",") })
  }
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...where, DATABASE_URL: url, ORIGIN: origin },
    stdio: ["ignore", "ignore", "inherit"]
  })
  const exited = Effect.promise(() => once(child, "exit"))
  const kill = Effect.sync(() => child.kill("SIGKILL"))
  yield* Effect.raceFirst(Effect.andThen(moment, kill), exited).pipe(Effect.onInterrupt(() => kill))
  if (child.exitCode === null && child.signalCode === null) yield* exited
})
