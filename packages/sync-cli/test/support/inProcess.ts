/** Runs `athena-sync` in this process, with an environment of its own, and catches what it prints. One at a time. */

import { endingOfExit } from "@athena-engine/program/exit/exitCode"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer } from "effect"
import { run as program } from "../../src/athenaSync.ts"
import type { Ended } from "./athenaSync.ts"

type Write = typeof process.stdout.write

/** Takes what is written to a stream, until it is given back. */
const caught = (stream: NodeJS.WriteStream) => {
  const write = stream.write
  const texts: Array<string> = []
  stream.write = ((text: string | Uint8Array) => {
    texts.push(typeof text === "string" ? text : new TextDecoder().decode(text))
    return true
  }) as Write
  return {
    text: () => texts.join(""),
    giveBack: () => {
      stream.write = write
    }
  }
}

export const run = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  services: Layer.Layer<never> = Layer.empty
): Effect.Effect<Ended> =>
  Effect.acquireUseRelease(
    Effect.sync(() => ({ stdout: caught(process.stdout), stderr: caught(process.stderr) })),
    ({ stderr, stdout }) =>
      program(args).pipe(
        Effect.provide(
          Layer.mergeAll(
            NodeServices.layer,
            services,
            ConfigProvider.layer(ConfigProvider.fromEnv({ env: environment }))
          )
        ),
        Effect.exit,
        Effect.map((exit) => {
          const { code, lines } = endingOfExit(exit, { program: "athena-sync", isSync: false })
          return {
            code,
            stdout: stdout.text(),
            stderr: [stderr.text(), ...lines].filter((text) => text !== "").join("\n")
          }
        })
      ),
    ({ stderr, stdout }) =>
      Effect.sync(() => {
        stdout.giveBack()
        stderr.giveBack()
      })
  )
