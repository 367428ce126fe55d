import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { json, practices } from "./flags.ts"

/** `athena-sync events gaps [--practice ID] [--json]` */
export const gaps = Command.make(
  "gaps",
  { practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, { readGaps }, { printGaps }] = yield* Effect.promise(() =>
      Promise.all([
        import("./withDatabase.ts"),
        import("@athena-engine/inbox/status/readGaps"),
        import("../output/gapsReport.ts")
      ])
    )
    return yield* withDatabase("read", ({ environment }) =>
      Effect.gen(function* () {
        const report = yield* readGaps(flags.practice)
        yield* printGaps(environment, report, flags.json)
        if (report.isOpen) return yield* new Ended({ code: 3 })
      })
    )
  })
).pipe(
  Command.withDescription(
    "When nobody received events, which topics are silent for longer than usual, and what was caught up with: through " +
      "what, which rows it changed, and what it cannot know. Of all practices unless some are named. Ends with 3 while a gap is open."
  ),
  Command.withShortDescription("Times without events, and what was repaired")
)
