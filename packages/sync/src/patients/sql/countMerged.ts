import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** In the transaction that wrote `ids`: how many turn out by them to have been merged, whom no link knew before. */
export const countMerged = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<string>) {
  if (ids.length === 0) return 0
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly merged: number }>`
    select count(distinct previous_patient_id)::int as merged from athena.patient_links as link
    where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[]) and first_seen_at = now()
      and not exists (
        select from athena.patient_links as known
        where known.practice_id = link.practice_id and known.previous_patient_id = link.previous_patient_id
          and known.first_seen_at < now()
      )`
  return row?.merged ?? 0
})
