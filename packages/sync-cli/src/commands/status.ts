import { Effect } from "effect"
import { Command } from "effect/cli"
import { printStatus } from "../output/statusReport.ts"
import { json } from "./flags.ts"

/** `athena-sync status` */
export const status = Command.make(
  "status",
  { json },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, { readStatus }] = yield* Effect.promise(() =>
      Promise.all([import("./withDatabase.ts"), import("@athena-engine/sync/status/readStatus")])
    )
    return yield* withDatabase("read", (settings) =>
      Effect.flatMap(readStatus, (resources) => printStatus(settings.environment, resources, flags.json))
    )
  })
).pipe(
  Command.withDescription("Last run, watermark, rows, backlog and quarantine of each practice and resource."),
  Command.withShortDescription("State of each practice and resource")
)
