#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { run } from "./athenaSync.ts"
import { endingOfExit } from "./exit/exitCode.ts"
import { eraseProgress } from "./output/progress.ts"

let signal: "SIGINT" | "SIGTERM" | undefined
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => (signal ??= name))

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
})

NodeRuntime.runMain(Effect.provide(run(process.argv.slice(2)), NodeServices.layer), {
  disableErrorReporting: true,
  teardown: (exit, onExit) => {
    const { code, lines } = endingOfExit(exit, signal)
    for (const line of lines) process.stderr.write(`${eraseProgress()}${line}\n`)
    onExit(code)
  }
})
