import { Effect } from "effect"
import { Command } from "effect/cli"
import { concurrency, json, maxWait, practices } from "./flags.ts"

/** `athena-sync reference` */
export const reference = Command.make(
  "reference",
  { practice: practices, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const [{ runSync }, { syncReference }] = yield* Effect.promise(() =>
      Promise.all([import("./runSync.ts"), import("@athena-engine/sync/reference/SyncReference")])
    )
    return yield* runSync("reference", flags, syncReference)
  })
).pipe(
  Command.withDescription(
    "Departments, providers and appointment types into athena.departments, athena.providers and athena.appointment_types, " +
      "with those that the vendor's lists hide. Unchanged rows are not written."
  ),
  Command.withShortDescription("Departments, providers, appointment types")
)
