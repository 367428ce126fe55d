import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { UsageError } from "@athena-engine/program/exit/Ended"
import { stepsOf } from "@athena-engine/sync/schedule/Job"
import { daysAhead, daysBack, nightlyRange } from "@athena-engine/sync/schedule/nightlyRange"
import { DateTime, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { concurrency, dryRun, from, json, maxWait, practices, to } from "./flags.ts"

/** The range of the flags; what they leave out is counted from today. */
const rangeOf = Effect.fnUntraced(function* (flags: {
  readonly from: Option.Option<LocalDate>
  readonly to: Option.Option<LocalDate>
}) {
  const today = LocalDate.make(DateTime.formatIsoDateUtc(yield* DateTime.now))
  const around = nightlyRange(today)
  const range = {
    from: Option.getOrElse(flags.from, () => around.from),
    to: Option.getOrElse(flags.to, () => around.to)
  }
  return range.to < range.from
    ? yield* new UsageError({ command: "all", problem: `--to (${range.to}) lies before --from (${range.from})` })
    : range
})

/** `athena-sync all [--from …] [--to …]` */
export const all = Command.make(
  "all",
  { from: Flag.optional(from), to: Flag.optional(to), practice: practices, dryRun, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const range = yield* rangeOf(flags)
    if (flags.dryRun) {
      const [planning, { planAll }] = yield* Effect.promise(() =>
        Promise.all([import("./dryRun.ts"), import("@athena-engine/sync/plan/planAll")])
      )
      return yield* planning.dryRun("all", flags, (practiceId) => planAll(practiceId, range.from, range.to))
    }
    const [{ runSync }, { sharedAmongCopies }, { runStep }] = yield* Effect.promise(() =>
      Promise.all([
        import("./runSync.ts"),
        import("./sharedAmongCopies.ts"),
        import("@athena-engine/sync/schedule/runStep")
      ])
    )
    return yield* runSync(
      "all",
      flags,
      (options) =>
        Effect.map(
          Effect.forEach(stepsOf("all"), (step) => runStep(step, { ...options, range })),
          (results) => results.flat()
        ),
      sharedAmongCopies("all", `${range.from}/${range.to}`)
    )
  })
).pipe(
  Command.withDescription(
    `The nightly job: reference data, appointments, changes, patients, in this order. Without --from and --to, appointments from ${daysBack} days ago to ${daysAhead} days ahead. ` +
      "What one of them cannot do stops none of the others. Safe to run again. " +
      "Several copies that run on one database at the same time share the practices: each is done once, and each copy waits for those that others are at."
  ),
  Command.withShortDescription("The nightly job: everything, in its order"),
  Command.withExamples([
    { command: "athena-sync all", description: "Everything, of the practices in ATHENA_PRACTICES" },
    { command: "athena-sync all --dry-run", description: "What a night costs at least" },
    {
      command: "athena-sync all --from 2019-06-01 --to 2019-06-30 --practice 195900 --json",
      description: "One practice, and a month of its appointments, for a script"
    }
  ])
)
