import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Logger, Schema } from "effect"

/** Runs a worker: its argument is decoded, its result is printed as the last line, and nothing else is. */
export const workerMain = <Input, E>(
  input: Schema.Codec<Input, unknown>,
  work: (input: Input) => Effect.Effect<object, E>
): void =>
  NodeRuntime.runMain(
    Schema.decodeUnknownEffect(Schema.fromJsonString(input))(process.argv[2]).pipe(
      Effect.flatMap(work),
      Effect.tap((result) => Effect.sync(() => process.stdout.write(`${JSON.stringify(result)}\n`))),
      Effect.provide(Logger.layer([]))
    )
  )
