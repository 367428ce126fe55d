import { Effect } from "effect"
import { Command } from "effect/cli"
import { dryRun, json, onePractice, yes } from "./flags.ts"

/** `athena-sync purge --practice ID` */
export const purge = Command.make(
  "purge",
  { practice: onePractice, yes, dryRun, json },
  Effect.fnUntraced(function* (flags) {
    const { purgePractice } = yield* Effect.promise(() => import("./purgePractice.ts"))
    return yield* purgePractice(flags)
  })
).pipe(
  Command.withDescription(
    "Destroys all that the database holds of one practice, when a contract ends. Asks for the practice id first, unless --yes. " +
      "Takes the practice's leases, so that no run of it is under way; is an event of the audit trail, which stays. " +
      "Killed half-way, it is simply run again. Take the practice out of ATHENA_PRACTICES first."
  ),
  Command.withShortDescription("Destroys a practice's data"),
  Command.withExamples([
    { command: "athena-sync purge --practice 195900 --dry-run", description: "What would be destroyed" },
    { command: "athena-sync purge --practice 195900 --yes --json", description: "In a script" }
  ])
)
