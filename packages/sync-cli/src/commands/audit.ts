import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { printVerification } from "../output/verificationReport.ts"
import { json } from "./flags.ts"

const verify = Command.make(
  "verify",
  { json },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, Verify] = yield* Effect.promise(() =>
      Promise.all([import("./withDatabase.ts"), import("@athena-engine/audit/verify/Verify")])
    )
    const verification = yield* withDatabase("read", () => Verify.run())
    yield* printVerification(verification, flags.json)
    if (verification.status === "broken") return yield* new Ended({ code: 1 })
  })
).pipe(
  Command.withDescription(
    "Hashes every entry of the audit trail again and compares it with its columns, its neighbours and its chain's head. " +
      "Names the first broken one. Ends with 0 when the trail verifies, with 1 when it is broken."
  ),
  Command.withShortDescription("Checks the trail against itself")
)

/** `athena-sync audit verify` */
export const audit = Command.make("audit").pipe(
  Command.withDescription("The audit trail: who read whose data, when and why."),
  Command.withShortDescription("The audit trail"),
  Command.withSubcommands([verify])
)
