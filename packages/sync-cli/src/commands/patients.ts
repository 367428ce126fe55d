import { Effect } from "effect"
import { Command } from "effect/cli"
import { concurrency, dryRun, json, maxWait, practices } from "./flags.ts"

/** `athena-sync patients` */
export const patients = Command.make(
  "patients",
  { practice: practices, dryRun, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    if (flags.dryRun) {
      const [planning, { planPatients }] = yield* Effect.promise(() =>
        Promise.all([import("./dryRun.ts"), import("@athena-engine/sync/plan/planPatients")])
      )
      return yield* planning.dryRun("patients", flags, planPatients)
    }
    const [{ runSync }, { syncPatients }] = yield* Effect.promise(() =>
      Promise.all([import("./runSync.ts"), import("@athena-engine/sync/patients/SyncPatients")])
    )
    return yield* runSync("patients", flags, syncPatients)
  })
).pipe(
  Command.withDescription(
    "Reads every patient that the database knows from appointments or earlier runs, one request each, into athena.patients."
  ),
  Command.withShortDescription("Records of all known patients")
)
