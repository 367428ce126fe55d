/**
 * A question to whoever sits at the terminal. It is asked on stderr: stdout holds the result.
 */
import { createInterface } from "node:readline/promises"
import { Context, Effect } from "effect"

export interface Asking {
  /** Whether there is a terminal to ask on. */
  readonly isPossible: boolean
  /** What was answered, without the white space around it; nothing if the input ended. */
  readonly ask: (question: string) => Effect.Effect<string>
}

const askOnTerminal = (question: string) =>
  Effect.callback<string>((resume) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    let isAnswered = false
    // The interface takes Ctrl-C for itself.
    terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"))
    terminal.on("close", () => {
      // What is written next must not run into the question.
      if (!isAnswered) process.stderr.write("\n")
      resume(Effect.succeed(""))
    })
    terminal.question(question).then(
      (answer) => {
        isAnswered = true
        resume(Effect.succeed(answer.trim()))
        terminal.close()
      },
      () => resume(Effect.succeed(""))
    )
    return Effect.sync(() => terminal.close())
  })

/** The terminal of the program. */
export const Asking = Context.Reference<Asking>("sync-cli/output/Asking", {
  defaultValue: () => ({ isPossible: process.stdin.isTTY && process.stderr.isTTY, ask: askOnTerminal })
})
