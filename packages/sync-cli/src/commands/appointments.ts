import { Effect } from "effect"
import { Command } from "effect/cli"
import { UsageError } from "../exit/Ended.ts"
import { concurrency, from, json, maxWait, practices, to } from "./flags.ts"

/** `athena-sync appointments --from … --to …` */
export const appointments = Command.make(
  "appointments",
  { from, to, practice: practices, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    if (flags.to < flags.from)
      return yield* new UsageError({ command: "appointments", problem: "--to lies before --from" })
    const [{ runSync }, { syncAppointments }] = yield* Effect.promise(() =>
      Promise.all([import("./runSync.ts"), import("@athena-engine/sync/appointments/SyncAppointments")])
    )
    return yield* runSync("appointments", flags, (options) =>
      syncAppointments({ ...options, from: flags.from, to: flags.to })
    )
  })
).pipe(
  Command.withDescription(
    "Booked appointments of a date range, cancelled ones included, into athena.appointments. " +
      "Safe to run again: unchanged rows are not written, and a run that was stopped goes on from its last commit."
  ),
  Command.withShortDescription("Booked appointments of a date range"),
  Command.withExamples([
    {
      command: "athena-sync appointments --from 2019-06-01 --to 2019-06-30",
      description: "A month of the practices in ATHENA_PRACTICES"
    },
    {
      command: "athena-sync appointments --from 2019-06-01 --to 2019-06-01 --practice 195900 --json",
      description: "One day of one practice, for a script"
    }
  ])
)
