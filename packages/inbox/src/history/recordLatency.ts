import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { arrayLiteral } from "@athena-engine/sync/rows/arrayLiteral"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** What a copy acknowledged since it last said so. */
export interface LatencySample {
  /** Unlike that of every other copy and every other start. */
  readonly copy: string
  /** In seconds, ascending. */
  readonly bounds: ReadonlyArray<number>
  /** How many took so long at most and longer than the bound before; one more for those above all bounds. */
  readonly counts: ReadonlyArray<number>
}

/** Writes it down for this minute, and adds to what the copy has said of the minute already. */
export const recordLatency = Effect.fnUntraced(function* ({ bounds, copy, counts }: LatencySample) {
  const sql = yield* SqlClient
  yield* sql`
    insert into webhook.latency_samples as known (minute, copy, bounds, counts)
    values (
      date_trunc('minute', clock_timestamp()), ${copy}, ${arrayLiteral(bounds.map(String))}::float8[],
      ${arrayLiteral(counts.map(String))}::integer[]
    )
    on conflict (minute, copy) do update set counts = (
      select array_agg(before + now order by position)
      from unnest(known.counts, excluded.counts) with ordinality as both_counts (before, now, position)
    )`
}, mapSqlError("history.latency"))
