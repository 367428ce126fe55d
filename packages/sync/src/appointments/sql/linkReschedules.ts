import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"

/**
 * Links an appointment to the cancelled one that it took the place of, whichever of the two came first: a reschedule
 * changes the id, and only the old record names the new one. Both sides are found by index.
 */
export const linkReschedules = Effect.fnUntraced(function* (run: Run, writtenIds: ReadonlyArray<string>) {
  if (writtenIds.length === 0) return
  const sql = yield* SqlClient
  const written = arrayLiteral(writtenIds)
  yield* sql`
    update athena.appointments as successor set rescheduled_from = old.appointment_id
    from athena.appointments as old
    where old.practice_id = ${run.practiceId} and successor.practice_id = ${run.practiceId}
      and old.rescheduled_to = successor.appointment_id
      and (
        old.appointment_id = any(${written}::text[])
        or successor.appointment_id = any(${written}::text[])
      )
      and successor.rescheduled_from is distinct from old.appointment_id`
})
