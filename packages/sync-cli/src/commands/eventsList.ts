/**
 * `athena-sync events list`: notifications that were received, and what became of them.
 */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { json, practices } from "./flags.ts"

const status = Flag.Literals("status", ["pending", "processing", "done", "kept", "dead"]).pipe(
  Flag.withDescription("Only what stands so: pending, processing, done, kept or dead"),
  Flag.optional
)

const limit = Flag.String("limit").pipe(
  Flag.withDescription("At most so many, the newest"),
  Flag.withMetavar("N"),
  Flag.filterMap(
    (value) => Option.liftPredicate(Number(value), (number) => /^\d{1,6}$/.test(value) && number >= 1),
    () => "a whole number from 1 to 999999"
  ),
  Flag.withDefault(100)
)

/** `athena-sync events list` */
export const list = Command.make(
  "list",
  { status, practice: practices, limit, json },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, { readDeliveries, readEvents }, { printEvents }] = yield* Effect.promise(() =>
      Promise.all([
        import("./withDatabase.ts"),
        import("@athena-engine/inbox/status/readEvents"),
        import("../output/eventsReport.ts")
      ])
    )
    const query = { status: Option.getOrUndefined(flags.status), practices: flags.practice, limit: flags.limit }
    return yield* withDatabase("read", ({ environment }) =>
      Effect.flatMap(Effect.all({ events: readEvents(query), deliveries: readDeliveries(query) }), (report) =>
        printEvents(environment, report, query, flags.json)
      )
    )
  })
).pipe(
  Command.withDescription(
    "Events that athena-webhooks received, the newest first, and what handlers are owed for them: what stands where, and why. " +
      "Of every practice unless some are named."
  ),
  Command.withShortDescription("Received events, and what became of them")
)
