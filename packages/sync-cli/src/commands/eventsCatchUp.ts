import { randomUUID } from "node:crypto"
import { RunId } from "@athena-engine/athena-core/ids/RunId"
import { Effect } from "effect"
import { Command } from "effect/cli"
import type { RanCatchUp } from "../output/gapsReport.ts"
import { concurrency, json, maxWait, practices } from "./flags.ts"

/** `athena-sync events catch-up [--practice ID]` */
export const catchUpCommand = Command.make(
  "catch-up",
  { practice: practices, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const [{ runPractices }, { catchUpNow }, { readCatchUps }, { reportCatchUps }] = yield* Effect.promise(() =>
      Promise.all([
        import("./runSync.ts"),
        import("@athena-engine/inbox/gaps/catchUpNow"),
        import("@athena-engine/inbox/status/readGaps"),
        import("../output/gapsReport.ts")
      ])
    )
    return yield* runPractices(
      "events catch-up",
      flags,
      ({ holder, practiceId, runId }) =>
        Effect.gen(function* () {
          // What others had booked is done along, each under a run of its own.
          const ids = [runId]
          const newRunId = Effect.sync(() => ids.pop() ?? RunId.make(randomUUID()))
          const done = yield* catchUpNow(practiceId, { holder, newRunId })
          // A database that is gone was told of by then.
          const known = yield* Effect.orElseSucceed(readCatchUps([practiceId]), () => [])
          return { ...done, report: known.find(({ id }) => id === done.id) } satisfies RanCatchUp
        }),
      reportCatchUps
    )
  })
).pipe(
  Command.withDescription(
    "Reads what may have changed since events last came: through the changed-data feeds that are subscribed, otherwise the days " +
      "around today, the known patients and the reference data. Done once, also if a server is at it; safe to be killed and to run again."
  ),
  Command.withShortDescription("Reads what events may have missed"),
  Command.withExamples([
    { command: "athena-sync events catch-up --practice 195900", description: "One practice, now" },
    { command: "athena-sync events gaps", description: "What was repaired, and what is still open" }
  ])
)
