/**
 * `pnpm test:sandbox`: the tests that hold against any athenahealth, against the vendor's sandbox, with a team's own
 * credentials. Without them it says what is missing and ends with 0: nothing was tested, and nothing failed.
 */
import { spawnSync } from "node:child_process"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Option } from "effect"
import { AthenaTest } from "../src/testing/AthenaTest.ts"

/** The tests, in a process of their own; answers their exit code. */
const run = Effect.sync(() => {
  const vitest = new URL("../node_modules/.bin/vitest", import.meta.url).pathname
  const { status } = spawnSync(vitest, ["run", "test/contract"], {
    cwd: new URL("..", import.meta.url).pathname,
    env: { ...process.env, ATHENA_TEST_TARGET: "sandbox" },
    stdio: "inherit"
  })
  return status ?? 1
})

AthenaTest.sandboxProblem.pipe(
  Effect.flatMap(
    Option.match({
      onNone: () => run,
      onSome: (problem) =>
        Console.log(
          `Nothing was tested: the sandbox needs an app of yours (https://developer.api.athena.io).\n${problem.message}`
        ).pipe(Effect.as(0))
    })
  ),
  Effect.tap((code) =>
    Effect.sync(() => {
      process.exitCode = code
    })
  ),
  NodeRuntime.runMain
)
