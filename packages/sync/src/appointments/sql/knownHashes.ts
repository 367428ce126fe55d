import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** The content hashes of those of `ids` that are stored and not gone, by id. Served by the primary key. */
export const knownHashes = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly hash: Uint8Array }>`
    select appointment_id as id, content_hash as hash from athena.appointments
    where practice_id = ${run.practiceId} and appointment_id = any(${ids}::text[]) and gone_at is null`
  return new Map(rows.map((row) => [row.id, row.hash]))
})
