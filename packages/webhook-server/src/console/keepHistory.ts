/**
 * Samples for the console's plots, once a minute: how the inbox stands, of one copy; what each copy has acknowledged since it last
 * said so.
 */
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { recordLatency } from "@athena-engine/inbox/history/recordLatency"
import { sampleDepth } from "@athena-engine/inbox/history/sampleDepth"
import { Effect, Metric } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { acknowledgementName } from "../receive/metrics.ts"

interface Counts {
  readonly bounds: ReadonlyArray<number>
  readonly counts: ReadonlyArray<number>
}

/** What this process has acknowledged since its start, in the form of samples. */
const acknowledged = Effect.map(Metric.snapshot, (metrics): Counts | undefined => {
  const found = metrics.find(
    ({ attributes, id }) => id === acknowledgementName && attributes?.["outcome"] === "committed"
  )
  if (found?.type !== "Histogram") return undefined
  const { buckets, count } = found.state
  // Those of a histogram hold what is in the ones before, too.
  const upTo = [...buckets.map(([, sum]) => sum), count]
  return {
    bounds: buckets.map(([bound]) => bound),
    counts: upTo.map((sum, index) => sum - (upTo[index - 1] ?? 0))
  }
})

/** Writes a sample every time it is run. What could not be written is in the next one. */
export const sampler = (copy: string): Effect.Effect<void, DatabaseError, SqlClient> => {
  let told: ReadonlyArray<number> = []
  return Effect.gen(function* () {
    yield* sampleDepth
    const now = yield* acknowledged
    if (now === undefined) return
    const counts = now.counts.map((sum, index) => sum - (told[index] ?? 0))
    if (counts.every((count) => count === 0)) return
    yield* recordLatency({ copy, bounds: now.bounds, counts })
    told = now.counts
  })
}

/** Samples as long as the scope is open. Every copy runs it. */
export const keepHistory = (copy: string) =>
  sampler(copy).pipe(
    Effect.timeout("20 seconds"),
    Effect.catchCause((cause) => Effect.logWarning("The inbox's history could not be written", cause)),
    Effect.andThen(Effect.sleep("1 minute")),
    Effect.forever,
    Effect.forkScoped
  )
