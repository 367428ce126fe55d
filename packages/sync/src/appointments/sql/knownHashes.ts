import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { idList } from "../../rows/idList.ts"
import type { Run } from "../../runs/Runs.ts"

/** The content hashes of those of `ids` that are stored and not gone, by id. Served by the primary key. */
export const knownHashes = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly hash: string }>`
    select appointment_id as id, encode(content_hash, 'hex') as hash
    from jsonb_array_elements_text(${idList(ids)}::text::jsonb) as listed (id)
    join athena.appointments on practice_id = ${run.practiceId} and appointment_id = listed.id
    where gone_at is null`
  return new Map(rows.map((row) => [row.id, row.hash]))
})
