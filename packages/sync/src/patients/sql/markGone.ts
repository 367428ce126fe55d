import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** The vendor knows these ids no longer. The rows stay, marked, unless a newer answer came meanwhile. */
export const markGone = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<PatientId>, readAt: string) {
  const sql = yield* SqlClient
  const rows = yield* sql`
    update athena.patients set gone_at = now(), synced_at = now(), run_id = ${run.runId}
    where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[]) and gone_at is null
      and read_at <= ${readAt}::timestamptz
    returning 1`
  return rows.length
})
