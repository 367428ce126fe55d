#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=50
import { endingOfExit } from "@athena-engine/program/exit/exitCode"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit } from "effect"
import { run } from "./athenaWebhooks.ts"

const program = "athena-webhooks"
let signal: "SIGINT" | "SIGTERM" | undefined

/** Ten seconds for answers under way and ten for records in hand; supervisors wait for 30 s or longer before they kill. */
const longestStop = 25_000

const leave = () => process.exit(signal === "SIGTERM" ? 143 : 130)

const tell = (lines: ReadonlyArray<string>) => {
  for (const line of lines) process.stderr.write(`${line}\n`)
}

const start = () => {
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // What is committed is committed, and what was not is sent again.
      if (signal !== undefined) leave()
      signal = name
      setTimeout(leave, longestStop).unref()
    })
  }

  // A log that nobody reads any more is no reason to stop receiving.
  process.stdout.on("error", () => {})
  process.stderr.on("error", () => {})

  // A bug outside of every effect: told by its kind, since its text may hold anything.
  process.on("uncaughtException", (error) => {
    const { code, lines } = endingOfExit(Exit.die(error), { program, signal, isSync: false })
    tell(lines)
    // After an uncaught exception nothing can be relied on, a clean end included.
    process.exit(code)
  })

  NodeRuntime.runMain(Effect.provide(run(process.argv.slice(2)), NodeServices.layer), {
    disableErrorReporting: true,
    teardown: (exit, onExit) => {
      // To be stopped is how a server ends.
      if (signal !== undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return onExit(0)
      const { code, lines } = endingOfExit(exit, { program, signal, isSync: false })
      tell(lines)
      onExit(code)
    }
  })
}

// Imported, it starts nothing.
if (import.meta.main) start()
