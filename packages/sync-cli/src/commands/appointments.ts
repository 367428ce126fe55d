import { UsageError } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { concurrency, dryRun, from, json, maxWait, practices, to, verify } from "./flags.ts"

/** `athena-sync appointments --from … --to …` */
export const appointments = Command.make(
  "appointments",
  { from, to, practice: practices, verify, dryRun, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    if (flags.to < flags.from)
      return yield* new UsageError({ command: "appointments", problem: "--to lies before --from" })
    if (flags.verify && flags.dryRun) {
      return yield* new UsageError({ command: "appointments", problem: "--verify and --dry-run exclude each other" })
    }
    if (flags.dryRun) {
      const [planning, { planAppointments }] = yield* Effect.promise(() =>
        Promise.all([import("./dryRun.ts"), import("@athena-engine/sync/plan/planAppointments")])
      )
      return yield* planning.dryRun("appointments", flags, (practiceId) =>
        planAppointments(practiceId, flags.from, flags.to)
      )
    }
    if (flags.verify) {
      const [{ runPractices }, { reportDifferences }, { verifyAppointments }] = yield* Effect.promise(() =>
        Promise.all([
          import("./runSync.ts"),
          import("../output/differencesReport.ts"),
          import("@athena-engine/sync/verify/verifyAppointments")
        ])
      )
      return yield* runPractices(
        "appointments",
        flags,
        (options) => verifyAppointments({ ...options, from: flags.from, to: flags.to }),
        reportDifferences
      )
    }
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
      command: "athena-sync appointments --from 2017-01-01 --to 2019-12-31 --dry-run",
      description: "What three years would cost"
    },
    {
      command: "athena-sync appointments --from 2019-06-01 --to 2019-06-30 --verify",
      description: "Whether what is stored is still so"
    },
    {
      command: "athena-sync appointments --from 2019-06-01 --to 2019-06-01 --practice 195900 --json",
      description: "One day of one practice, for a script"
    }
  ])
)
