import { addDays, LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { UsageError } from "@athena-engine/program/exit/Ended"
import { DateTime, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { concurrency, from, json, maxWait, practices, to } from "./flags.ts"

/** Days of appointments that a night reads again where nobody says which: what may still change, and what is planned. */
const daysBack = 7
const daysAhead = 90

/** The range of the flags; what they leave out is counted from today. */
const rangeOf = Effect.fnUntraced(function* (flags: {
  readonly from: Option.Option<LocalDate>
  readonly to: Option.Option<LocalDate>
}) {
  const today = LocalDate.make(DateTime.formatIsoDateUtc(yield* DateTime.now))
  const range = {
    from: Option.getOrElse(flags.from, () => addDays(today, -daysBack)),
    to: Option.getOrElse(flags.to, () => addDays(today, daysAhead))
  }
  return range.to < range.from
    ? yield* new UsageError({ command: "all", problem: `--to (${range.to}) lies before --from (${range.from})` })
    : range
})

/** `athena-sync all [--from …] [--to …]` */
export const all = Command.make(
  "all",
  { from: Flag.optional(from), to: Flag.optional(to), practice: practices, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const range = yield* rangeOf(flags)
    const [{ runSync }, { syncReference }, { syncAppointments }, { syncChanges }, { syncPatients }] =
      yield* Effect.promise(() =>
        Promise.all([
          import("./runSync.ts"),
          import("@athena-engine/sync/reference/SyncReference"),
          import("@athena-engine/sync/appointments/SyncAppointments"),
          import("@athena-engine/sync/feeds/SyncChanges"),
          import("@athena-engine/sync/patients/SyncPatients")
        ])
      )
    // Each stands on the one before: zones for the times, appointments for whom to ask for.
    return yield* runSync("all", flags, (options) =>
      Effect.gen(function* () {
        return [
          ...(yield* syncReference(options)),
          yield* syncAppointments({ ...options, ...range }),
          yield* syncChanges({ ...options, feed: "appointments" }),
          yield* syncChanges({ ...options, feed: "patients" }),
          yield* syncPatients(options)
        ]
      })
    )
  })
).pipe(
  Command.withDescription(
    `The nightly job: reference data, appointments, changes, patients, in this order. Without --from and --to, appointments from ${daysBack} days ago to ${daysAhead} days ahead. ` +
      "What one of them cannot do stops none of the others. Safe to run again."
  ),
  Command.withShortDescription("The nightly job: everything, in its order"),
  Command.withExamples([
    { command: "athena-sync all", description: "Everything, of the practices in ATHENA_PRACTICES" },
    {
      command: "athena-sync all --from 2019-06-01 --to 2019-06-30 --practice 195900 --json",
      description: "One practice, and a month of its appointments, for a script"
    }
  ])
)
