/**
 * `athena-sync events redrive`: a second chance for what was given up.
 */
import { isOpaqueId } from "@athena-engine/athena-core/ids/OpaqueId"
import { Effect, Option } from "effect"
import { Argument, Command } from "effect/cli"
import { json, practices } from "./flags.ts"

/** `athena-sync events redrive` */
export const redriveCommand = Command.make(
  "redrive",
  {
    ids: Argument.String("ID").pipe(
      Argument.withDescription("Ids of events, as list shows them; without one, all that is dead"),
      Argument.filterMap(
        (value) => Option.liftPredicate(value, isOpaqueId),
        () => "an event's id"
      ),
      Argument.atLeast(0)
    ),
    practice: practices,
    json
  },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, { redrive }, { reportRedrive }] = yield* Effect.promise(() =>
      Promise.all([
        import("./withDatabase.ts"),
        import("@athena-engine/inbox/redrive/redrive"),
        import("../output/eventsReport.ts")
      ])
    )
    return yield* withDatabase("write", ({ environment }) =>
      Effect.flatMap(redrive({ eventIds: [...new Set(flags.ids)], practices: flags.practice }), (redriven) =>
        reportRedrive(environment, redriven, flags.json)
      )
    )
  })
).pipe(
  Command.withDescription(
    "Sends dead events and dead deliveries through again, as if they had just come: athena-webhooks reads the records and calls " +
      "the handlers. Safe to run again. Ids of which nothing is dead end it with 3, or with 1 if there is nothing else."
  ),
  Command.withShortDescription("Sends dead ones through again")
)
