#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Exit } from "effect"
import { run } from "./athenaSync.ts"
import { endingOfExit } from "./exit/exitCode.ts"
import { eraseProgress } from "./output/progress.ts"

let signal: "SIGINT" | "SIGTERM" | undefined
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => (signal ??= name))

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
})

// A bug outside of every effect: told by its kind, since its text may hold anything.
process.on("uncaughtException", (error) => {
  const { code, lines } = endingOfExit(Exit.die(error), signal)
  process.stderr.write(`${eraseProgress()}${lines.join("\n")}\n`)
  // After an uncaught exception nothing can be relied on, a clean end included.
  process.exit(code)
})

NodeRuntime.runMain(Effect.provide(run(process.argv.slice(2)), NodeServices.layer), {
  disableErrorReporting: true,
  teardown: (exit, onExit) => {
    const { code, lines } = endingOfExit(exit, signal)
    for (const line of lines) process.stderr.write(`${eraseProgress()}${line}\n`)
    onExit(code)
  }
})
