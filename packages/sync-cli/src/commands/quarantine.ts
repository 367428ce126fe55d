/**
 * `athena-sync quarantine …`: records that did not fit their schema, and a second try for them.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { printQuarantine, type RetryResult, reportRetry } from "../output/quarantineReport.ts"
import { concurrency, json, maxWait, practices } from "./flags.ts"

const list = Command.make(
  "list",
  { practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const [{ withDatabase }, { readQuarantine }] = yield* Effect.promise(() =>
      Promise.all([import("./withDatabase.ts"), import("@athena-engine/sync/quarantine/readQuarantine")])
    )
    return yield* withDatabase("read", ({ environment }) =>
      Effect.flatMap(readQuarantine(flags.practice), (records) => printQuarantine(environment, records, flags.json))
    )
  })
).pipe(
  Command.withDescription(
    "Records that did not fit their schema: which, why and since when, of all practices unless some are named. " +
      "The records themselves are in athena.quarantine and are not shown."
  ),
  Command.withShortDescription("What is in quarantine, and why")
)

const retry = Command.make(
  "retry",
  { practice: practices, json, concurrency, maxWait },
  Effect.fnUntraced(function* (flags) {
    const [{ runPractices }, { retryQuarantined }, { leftToNextRun }] = yield* Effect.promise(() =>
      Promise.all([
        import("./runSync.ts"),
        import("@athena-engine/sync/retry/RetryQuarantined"),
        import("@athena-engine/sync/quarantine/readQuarantine")
      ])
    )
    return yield* runPractices(
      "quarantine retry",
      flags,
      (options) =>
        Effect.gen(function* () {
          const result = yield* retryQuarantined(options)
          // A database that is gone was told of by the retry.
          const left = yield* Effect.orElseSucceed(leftToNextRun(options.practiceId), () => [])
          return { ...result, leftToNextRun: left } satisfies RetryResult
        }),
      reportRetry
    )
  })
).pipe(
  Command.withDescription(
    "Reads the appointments and patients in quarantine again, one request each, and stores those that fit now. " +
      "Reference data and records without an id are read again by the next run of their command. " +
      "Safe to run again, also beside a sync."
  ),
  Command.withShortDescription("Reads them again and releases those that fit")
)

/** `athena-sync quarantine list | retry` */
export const quarantine = Command.make("quarantine").pipe(
  Command.withDescription("Records that did not fit their schema, kept aside while their neighbours went on."),
  Command.withShortDescription("Records that did not fit"),
  Command.withSubcommands([list, retry])
)
