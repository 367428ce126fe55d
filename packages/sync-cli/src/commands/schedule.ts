import { Effect } from "effect"
import { Command } from "effect/cli"
import { concurrency, json, maxWait, practices } from "./flags.ts"
import { crons, jitter, port, scheduledJobs, timeZone } from "./scheduleFlags.ts"

/** `athena-sync schedule [--cron "0 2 * * *"]… [--time-zone ZONE] [--job JOB]…` */
export const schedule = Command.make(
  "schedule",
  { cron: crons, timeZone, job: scheduledJobs, jitter, practice: practices, port, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const { runSchedule } = yield* Effect.promise(() => import("./runSchedule.ts"))
    return yield* runSchedule(flags)
  })
).pipe(
  Command.withDescription(
    "Stays up and runs jobs when they are due: one run at a time per practice, also with several copies on one database, which " +
      "share the practices. What was missed while no copy was up is caught up once; a run that failed is tried again after 1 " +
      "minute, doubling to an hour; a practice that was told to wait is gone on with then. Appointments are those from 7 days " +
      "before to 90 days after the day of the run. With --json, a line for every run that ended. SIGTERM: ends behind the days " +
      "under way; a second one: at once."
  ),
  Command.withShortDescription("Stays up and runs jobs on a schedule"),
  Command.withExamples([
    { command: "athena-sync schedule", description: "Everything, every night at 2 in New York" },
    {
      command: "athena-sync schedule --job all --job 'changes=*/15 * * * *' --jitter 20m --port 9464",
      description: "What changed every quarter of an hour besides, with health and metrics"
    },
    {
      command:
        "athena-sync schedule --cron '0 2 * * *' --cron '0 14 * * *' --time-zone America/Chicago --job appointments",
      description: "Appointments, twice a day"
    }
  ])
)
