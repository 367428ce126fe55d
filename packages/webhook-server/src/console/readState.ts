/** All that the page shows, read from the database: numbers, ids of practices, topics, and tags of errors. */
import { readBudgets } from "@athena-engine/coordination/status/readBudgets"
import { readDepthHistory, readLatencyHistory } from "@athena-engine/inbox/history/readHistory"
import { readCatchUps, readDowntimes, readReceivers, readSilences } from "@athena-engine/inbox/status/readGaps"
import { readGivenUp } from "@athena-engine/inbox/status/readGivenUp"
import { readDepth, readFreshness, readOldestDue, readPauses } from "@athena-engine/inbox/status/readInbox"
import { Clock, Effect } from "effect"

/** Spans that plots can have, in hours. */
export const spans = [3, 24, 168] as const
export type Span = (typeof spans)[number]

/** Points of a plot: as many as a phone can show apart. */
const steps = 180

export const readState = Effect.fnUntraced(function* (hours: Span) {
  const now = yield* Clock.currentTimeMillis
  // Two at a time: the worker needs the pool more.
  const read = yield* Effect.all(
    {
      depth: readDepth,
      oldestDue: readOldestDue,
      depthHistory: readDepthHistory({ hours, steps }),
      latencyHistory: readLatencyHistory({ hours, steps }),
      freshness: readFreshness,
      givenUp: readGivenUp,
      pauses: readPauses,
      silences: readSilences,
      catchUps: readCatchUps(),
      downtimes: readDowntimes,
      receivers: readReceivers,
      budgets: readBudgets
    },
    { concurrency: 2 }
  )
  return { ...read, hours, now }
})

export type ConsoleState = Effect.Success<ReturnType<typeof readState>>
