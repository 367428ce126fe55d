import { Effect } from "effect"
import { Command } from "effect/cli"
import { printStatus } from "../output/statusReport.ts"
import { json } from "./flags.ts"

/** `athena-sync status` */
export const status = Command.make(
  "status",
  { json },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, { readStatus }, { Leases }, { markKilled }] = yield* Effect.promise(() =>
      Promise.all([
        import("./withDatabase.ts"),
        import("@athena-engine/sync/status/readStatus"),
        import("@athena-engine/database/locks/Leases"),
        import("./markKilled.ts")
      ])
    )
    return yield* withDatabase(
      "read",
      Effect.fnUntraced(function* (settings) {
        const { holdings } = yield* Leases
        // Asked before and after: a run may begin or end in between.
        const before = yield* holdings
        const resources = yield* readStatus
        const killedMarked = markKilled(resources, [...before, ...(yield* holdings)])
        return yield* printStatus(settings.environment, killedMarked, flags.json)
      })
    )
  })
).pipe(
  Command.withDescription("Last run, watermark, rows, backlog and quarantine of each practice and resource."),
  Command.withShortDescription("State of each practice and resource")
)
