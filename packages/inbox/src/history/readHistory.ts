/**
 * How the inbox stood in the last hours, in steps that are wide enough for a plot: of every step the worst. Index: the primary keys,
 * which begin with the minute.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** How far back, and how many steps that is. */
export interface Span {
  readonly hours: number
  readonly steps: number
}

/** Times are milliseconds since 1970. */
export interface DepthStep {
  readonly at: number
  /** Pending and in processing. */
  readonly waiting: number
  readonly dead: number
  readonly oldestDueSeconds: number
}

const stepSeconds = ({ hours, steps }: Span) => Math.max(60, Math.round((hours * 3600) / steps / 60) * 60)

/** The deepest of every step in which somebody looked, oldest first. */
export const readDepthHistory = (span: Span) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<DepthStep>`
      select extract(epoch from step)::float8 * 1000 as at, max(pending + processing)::float8 as waiting,
        max(dead)::float8 as dead, max(oldest_due_seconds) as "oldestDueSeconds"
      from (
        select *, date_bin(${stepSeconds(span)} * interval '1 second', minute, timestamptz '2000-01-01') as step
        from webhook.depth_samples where minute > clock_timestamp() - ${span.hours} * interval '1 hour'
      ) as samples group by step order by step`
  ).pipe(mapSqlError("history.readDepth"))

export interface LatencyStep {
  readonly at: number
  readonly acknowledged: number
  /** Seconds, at most: the bound below which so many were. Of those above all bounds, the last bound. */
  readonly median: number
  readonly p99: number
}

interface Counted {
  readonly at: number
  readonly bound: number | null
  readonly count: number
}

/** Of all copies together, oldest first; steps in which nothing came are left out. */
export const readLatencyHistory = (span: Span) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql<Counted>`
      select extract(epoch from step)::float8 * 1000 as at, bound, sum(count)::float8 as count
      from (
        select date_bin(${stepSeconds(span)} * interval '1 second', minute, timestamptz '2000-01-01') as step, bounds, counts
        from webhook.latency_samples where minute > clock_timestamp() - ${span.hours} * interval '1 hour'
      ) as samples, unnest(bounds, counts) as bucket (bound, count)
      group by step, bound order by step, bound nulls last`
    return [...Map.groupBy(rows, ({ at }) => at)].flatMap(([at, buckets]) => {
      const acknowledged = buckets.reduce((sum, { count }) => sum + count, 0)
      if (acknowledged === 0) return []
      return [{ at, acknowledged, median: quantile(buckets, 0.5), p99: quantile(buckets, 0.99) } satisfies LatencyStep]
    })
  }).pipe(mapSqlError("history.readLatency"))

/** The bound below which that share of all was. */
export const quantile = (buckets: ReadonlyArray<Omit<Counted, "at">>, share: number): number => {
  const wanted = buckets.reduce((sum, { count }) => sum + count, 0) * share
  let sum = 0
  let last = 0
  for (const { bound, count } of buckets) {
    sum += count
    last = bound ?? last
    if (sum >= wanted && count > 0) return last
  }
  return last
}
