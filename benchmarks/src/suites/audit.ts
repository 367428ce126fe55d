import { Effect, Schema } from "effect"
import { Postgres } from "../processes/Postgres.ts"
import { runWorker } from "../processes/runWorker.ts"
import type { Line } from "../report/Report.ts"
import type { Suite } from "./Suite.ts"

const Result = Schema.Struct({
  commitsPerSecond: Schema.Finite,
  appends: Schema.Array(Schema.Struct({ callers: Schema.Int, perSecond: Schema.Finite }))
})

/** What it saves that callers of the audit trail share a commit. */
export const audit: Suite = Effect.fnUntraced(function* () {
  const { freshDatabase } = yield* Postgres
  const result = yield* runWorker(
    "audit",
    { databaseUrl: yield* freshDatabase, callers: [1, 32, 256], millis: 2000 },
    Result
  )
  return {
    name: "audit",
    about:
      "Entries that are appended to the audit trail a second (chained, hashed, durable), by the number of callers at the " +
      "same time. Ratios are to commits of one plain row after the other on the same PostgreSQL.",
    lines: [
      { what: "single rows", measured: `${result.commitsPerSecond.toFixed(0)} commits/s`, ratio: undefined },
      ...result.appends.map(
        ({ callers, perSecond }): Line => ({
          what: `${callers} caller${callers === 1 ? "" : "s"}`,
          measured: `${perSecond.toFixed(0)} appends/s`,
          ratio: perSecond / result.commitsPerSecond
        })
      )
    ]
  }
})
