import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** The vendor knows the id no longer. The row stays, marked; nothing is deleted. Unless a newer answer came meanwhile. */
export const markGone = Effect.fnUntraced(function* (run: Run, id: AppointmentId, readAt: string) {
  const sql = yield* SqlClient
  const rows = yield* sql`
    update athena.appointments set gone_at = now(), synced_at = now(), run_id = ${run.runId}, source = 'read'
    where practice_id = ${run.practiceId} and appointment_id = ${id} and gone_at is null
      and read_at <= ${readAt}::timestamptz
    returning 1`
  return rows.length > 0
})
