/** Intents without an outcome or a recovery. */
import type { SqlClient } from "effect/sql"

/** Which of them are dead. Ages are measured by the database's clock. */
export interface Dead {
  readonly runs: ReadonlyArray<string> | null
  readonly olderThanMillis: number
  readonly withinMillis: number
}

export interface UnfinishedRow {
  readonly practice_id: string
  readonly sequence: bigint | number | string
  readonly event_id: string
  readonly recorded_at: Date
  readonly endpoint: string
  readonly parameters: Readonly<Record<string, string>>
  readonly run_id: string | null
  readonly hash: Uint8Array | null
  readonly patient_ids: ReadonlyArray<string> | null
  readonly appointment_ids: ReadonlyArray<string> | null
}

/** Plan: BRIN on `recorded_at` or the index on `run_id`; per intent, the unique index on `(event_id, kind)`. */
const isDead = (sql: SqlClient.SqlClient, dead: Dead) => sql`
  i.kind = 'intent'
  and i.recorded_at >= now() - ${String(dead.withinMillis)}::text::float8 * interval '1 millisecond'
  and i.recorded_at <= now() - ${String(dead.olderThanMillis)}::text::float8 * interval '1 millisecond'
  and (${dead.runs === null} or i.run_id = any(${dead.runs ?? []}::text[]))
  and not exists (
    select 1 from audit.entries e where e.event_id = i.event_id and e.kind in ('outcome', 'recovery'))`

/** Chains that hold such intents. */
export const chainsWithUnfinished = (sql: SqlClient.SqlClient, dead: Dead) =>
  sql<{ readonly practice_id: string }>`
    select distinct i.practice_id from audit.entries i where ${isDead(sql, dead)} order by i.practice_id`

/** Such intents of one chain, oldest first. */
export const unfinishedOf = (sql: SqlClient.SqlClient, chain: string, dead: Dead, limit: number) =>
  sql<UnfinishedRow>`
    select i.practice_id, i.sequence, i.event_id, i.recorded_at, i.endpoint, i.parameters, i.run_id,
      s.hash, s.patient_ids, s.appointment_ids
    from audit.entries i left join audit.subject_sets s on s.hash = i.subject_set
    where i.practice_id = ${chain} and ${isDead(sql, dead)}
    order by i.sequence limit ${limit}::int`
