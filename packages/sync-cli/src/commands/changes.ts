import { UsageError } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { concurrency, departments, feeds, json, maxWait, practices } from "./flags.ts"

const all = ["appointments", "patients"] as const

/** `athena-sync changes [--feed appointments] [--feed patients]` */
export const changes = Command.make(
  "changes",
  { feed: feeds, practice: practices, department: departments, json, concurrency, maxWait },
  Effect.fnUntraced(function* ({ department, feed, ...flags }) {
    if (department.length > 0 && new Set(flags.practice).size !== 1) {
      return yield* new UsageError({
        command: "changes",
        problem: "--department needs exactly one --practice: department ids are local to a practice"
      })
    }
    const [{ runSync }, { syncChanges }] = yield* Effect.promise(() =>
      Promise.all([import("./runSync.ts"), import("@athena-engine/sync/feeds/SyncChanges")])
    )
    const wanted = all.filter((name) => feed.length === 0 || feed.includes(name))
    const departmentIds = [...new Set(department)]
    return yield* runSync("changes", flags, (options) =>
      Effect.forEach(wanted, (name) =>
        syncChanges({ ...options, feed: name, ...(departmentIds.length === 0 ? {} : { departmentIds }) })
      )
    )
  })
).pipe(
  Command.withDescription(
    "What changed since the last run, from the changed-data feeds, into athena.appointments and athena.patients. " +
      "Subscribes a practice's feeds first where needed; that takes effect minutes later, and tells nothing of before. " +
      "Safe to run again, and to be killed: what was taken and not stored is replayed."
  ),
  Command.withShortDescription("Changed appointments and patients"),
  Command.withExamples([
    { command: "athena-sync changes", description: "Both feeds of the practices in ATHENA_PRACTICES" },
    {
      command: "athena-sync changes --feed appointments --practice 195900 --json",
      description: "One feed of one practice, for a script"
    },
    {
      command: "athena-sync changes --practice 195900 --department 1 --department 21",
      description: "Two departments of a practice, subscribed and read"
    }
  ])
)
