import { Effect } from "effect"
import { Command } from "effect/cli"
import { reportChecks } from "../output/doctorReport.ts"
import { json, practices } from "./flags.ts"

/** `athena-sync doctor` */
export const doctor = Command.make(
  "doctor",
  { practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const { examine } = yield* Effect.promise(() => import("../doctor/examine.ts"))
    const { checks, environment } = yield* examine(flags.practice)
    yield* reportChecks(environment, checks, flags.json)
  })
).pipe(
  Command.withDescription(
    "Checks the configuration, the way to athenahealth, its clock, credentials, scopes and practices, and the database: the way " +
      "to it, version, environment, migrations, free space, audit trail. Says of each thing how to mend it. Writes nothing and " +
      "reads no patient data. Ends with 1 if anything failed."
  ),
  Command.withShortDescription("Checks everything, and says how to mend it"),
  Command.withExamples([
    { command: "athena-sync doctor", description: "Everything that a sync needs" },
    { command: "athena-sync doctor --practice 195900 --json", description: "Of one practice, for machines" }
  ])
)
