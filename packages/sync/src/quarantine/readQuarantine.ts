/**
 * What is in quarantine: which records, why, since when. Never the records themselves.
 */
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Resource } from "../runs/SyncResult.ts"

/** A record that did not fit its schema. No PHI: the reason is made of fixed words. */
export interface QuarantinedRecord {
  readonly id: number
  readonly practiceId: string
  readonly resource: Resource
  /** Null where it has none that could be read. */
  readonly recordId: string | null
  /** Path and expectation. */
  readonly reason: string
  /** ISO 8601, as the next. */
  readonly firstSeenAt: string
  readonly lastSeenAt: string
}

/** All of it, or that of some practices; the oldest first. */
export const readQuarantine = Effect.fnUntraced(function* (practices: ReadonlyArray<PracticeId>) {
  const sql = yield* SqlClient
  return yield* sql<QuarantinedRecord>`
      select id::float8 as id, practice_id as "practiceId", resource, record_id as "recordId", reason,
        to_json(first_seen_at)#>>'{}' as "firstSeenAt", to_json(last_seen_at)#>>'{}' as "lastSeenAt"
      from athena.quarantine
      where ${practices.length === 0}::boolean or practice_id = any(${practices}::text[])
      order by length(practice_id), practice_id, id`
}, mapSqlError("quarantine.read"))

/** Records that no reading by id brings back: the next run of `command` reads them again. */
export interface LeftToNextRun {
  readonly resource: Resource
  readonly records: number
  /** Of `athena-sync`. */
  readonly command: "appointments" | "patients" | "reference"
}

const commandOf = (resource: Resource): LeftToNextRun["command"] =>
  resource === "appointments" || resource === "patients" ? resource : "reference"

/** What is in a practice's quarantine and has no id, or is of a resource that is only ever listed. */
export const leftToNextRun = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const rows = yield* sql<Omit<LeftToNextRun, "command">>`
      select resource, count(*)::int as records from athena.quarantine
      where practice_id = ${practiceId} and (record_id is null or resource not in ('appointments', 'patients'))
      group by resource order by resource`
  return rows.map((row): LeftToNextRun => ({ ...row, command: commandOf(row.resource) }))
}, mapSqlError("quarantine.left"))
