import { Effect, Option } from "effect"
import { Command } from "effect/cli"
import { concurrency, dryRun, json, maxWait, practices, since } from "./flags.ts"

/** `athena-sync patients [--since …]` */
export const patients = Command.make(
  "patients",
  { since, practice: practices, dryRun, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const from = Option.getOrUndefined(flags.since)
    if (flags.dryRun) {
      const [planning, { planPatients }] = yield* Effect.promise(() =>
        Promise.all([import("./dryRun.ts"), import("@athena-engine/sync/plan/planPatients")])
      )
      return yield* planning.dryRun("patients", flags, (practiceId) => planPatients(practiceId, from))
    }
    const [{ runSync }, { syncPatients }] = yield* Effect.promise(() =>
      Promise.all([import("./runSync.ts"), import("@athena-engine/sync/patients/SyncPatients")])
    )
    return yield* runSync("patients", flags, (options) => syncPatients({ ...options, since: from }))
  })
).pipe(
  Command.withDescription(
    "Reads every patient that the database knows from appointments, feeds, events or earlier runs, one request each, into athena.patients, " +
      "and links those who were merged (athena.patient_links). Deleted and merged ones are asked for again only when something names them, and every four weeks. " +
      "Safe to run again: unchanged rows are not written, and a run that was stopped goes on from its last commit."
  ),
  Command.withShortDescription("Records of all known patients"),
  Command.withExamples([
    { command: "athena-sync patients", description: "Everyone who is known, of the practices in ATHENA_PRACTICES" },
    {
      command: "athena-sync patients --since 2019-06-01 --dry-run",
      description: "How many have an appointment since then, and what they would cost"
    }
  ])
)
