import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { printStatus } from "../output/statusReport.ts"
import { json, maxAges, practices } from "./flags.ts"

/** `athena-sync status` */
export const status = Command.make(
  "status",
  { practice: practices, maxAge: maxAges, json },
  Effect.fnUntraced(function* (flags) {
    const [
      { onDatabase },
      { practiceSettings },
      { readStatus },
      { readBudgets },
      { Leases },
      { markKilled },
      { staleOf }
    ] = yield* Effect.promise(() =>
      Promise.all([
        import("./withDatabase.ts"),
        import("@athena-engine/program/configuration/settings"),
        import("@athena-engine/sync/status/readStatus"),
        import("@athena-engine/coordination/status/readBudgets"),
        import("@athena-engine/database/locks/Leases"),
        import("./markKilled.ts"),
        import("./objectives.ts")
      ])
    )
    const settings = yield* practiceSettings
    const report = Effect.gen(function* () {
      const { holdings } = yield* Leases
      // Asked before and after: a run may begin or end in between.
      const before = yield* holdings
      const read = yield* readStatus(flags.practice)
      const resources = markKilled(read, [...before, ...(yield* holdings)])
      const { budgets, quotas } = yield* readBudgets
      const isWanted = (practiceId: string | null) =>
        practiceId === null || flags.practice.length === 0 || flags.practice.some((id) => id === practiceId)
      return {
        environment: settings.environment,
        resources,
        stale: staleOf(resources, flags.maxAge, flags.practice.length > 0 ? flags.practice : settings.practices),
        budgets: budgets.filter(({ practiceId }) => isWanted(practiceId)),
        quotas
      }
    })
    const read = yield* onDatabase(settings, "read", report)
    yield* printStatus(read, flags.json)
    if (read.stale.length > 0) return yield* new Ended({ code: 3 })
  })
).pipe(
  Command.withDescription(
    "Of each practice and resource: how old what is stored is, how far it was read, rows, what waits, what is in quarantine, " +
      "the last run and the last error; of each budget that processes share: pace, pause, calls today and the day's quota. " +
      "With --max-age it ends with 3 if anything is older than it may be."
  ),
  Command.withShortDescription("State of each practice and resource"),
  Command.withExamples([
    {
      command: "athena-sync status --max-age 26h",
      description: "For a monitor: 3 if the nightly job did not come through"
    },
    { command: "athena-sync status --max-age 26h --max-age providers=8d --json", description: "Providers once a week" }
  ])
)
