import { Effect } from "effect"
import { toldOnStderr } from "./wrapped.ts"

/** Writes a result to stdout, which holds results and nothing else. */
export const print = (text: string): Effect.Effect<void> => Effect.sync(() => void process.stdout.write(`${text}\n`))

/** A remark to whoever runs the program, on stderr. */
export const remark = (text: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stderr.write(`${toldOnStderr(`athena-sync: ${text}`)}\n`))

/** Exactly one JSON object on one line. */
export const printJson = (value: unknown): Effect.Effect<void> => print(JSON.stringify(value))
