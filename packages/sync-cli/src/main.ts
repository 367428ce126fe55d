#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=50
import { endingOfExit } from "@athena-engine/program/exit/exitCode"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Exit } from "effect"
import { run } from "./athenaSync.ts"
import { eraseProgress } from "./output/progress.ts"
import { toldOnStderr } from "./output/wrapped.ts"

let signal: "SIGINT" | "SIGTERM" | undefined
const args = process.argv.slice(2)
const isSchedule = args.includes("schedule")
const isSync =
  isSchedule || args.some((arg) => ["all", "appointments", "patients", "changes", "reference", "retry"].includes(arg))

/** Whatever holds a schedule up, its supervisor must not have to kill it: by default those wait for 30 s or longer. */
const longestStop = 25_000

for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    const leave = () => process.exit(signal === "SIGTERM" ? 143 : 130)
    // What is committed is committed; the next run goes on from there.
    if (isSchedule && signal !== undefined) leave()
    signal ??= name
    if (isSchedule) setTimeout(leave, longestStop).unref()
  })
}

// A reader that has seen enough (`| head`) is no failure, of neither stream; nor must it end the work half-way.
let hasLostOutput = false
process.stdout.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => {
  if (code === "EPIPE" || hasLostOutput) return
  hasLostOutput = true
  process.exitCode = 1
  process.stderr.write(`${eraseProgress()}athena-sync: stdout could not be written (${code}).\n`)
})
// Nowhere is left to tell it.
process.stderr.on("error", () => {})

// A bug outside of every effect: told by its kind, since its text may hold anything.
process.on("uncaughtException", (error) => {
  const { code, lines } = endingOfExit(Exit.die(error), { program: "athena-sync", signal, isSync })
  process.stderr.write(`${eraseProgress()}${lines.map(toldOnStderr).join("\n")}\n`)
  // After an uncaught exception nothing can be relied on, a clean end included.
  process.exit(code)
})

NodeRuntime.runMain(Effect.provide(run(args), NodeServices.layer), {
  disableErrorReporting: true,
  teardown: (exit, onExit) => {
    const { code, lines } = endingOfExit(exit, { program: "athena-sync", signal, isSync })
    for (const line of lines) process.stderr.write(`${eraseProgress()}${toldOnStderr(line)}\n`)
    onExit(code === 0 && hasLostOutput ? 1 : code)
  }
})
