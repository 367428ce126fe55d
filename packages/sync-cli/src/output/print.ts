import { Effect } from "effect"

/** Writes a result to stdout, which holds results and nothing else. */
export const print = (text: string): Effect.Effect<void> => Effect.sync(() => void process.stdout.write(`${text}\n`))

/** Exactly one JSON object on one line. */
export const printJson = (value: unknown): Effect.Effect<void> => print(JSON.stringify(value))
