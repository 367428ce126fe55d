import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/**
 * In a transaction, before anything else of it: locks the rows in the order of their ids, as those lock them who write several
 * in one statement, so that no two transactions wait for each other.
 */
export const lockInOrder = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<PatientId>) {
  const sql = yield* SqlClient
  yield* sql`
    select from athena.patients where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[])
    order by patient_id collate "C" for no key update`
})

/** Notes that these were asked for at `readAt`, and are as they were: what `knownPatients` goes by for the deleted and gone. */
export const noteReadAgain = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<PatientId>, readAt: string) {
  const sql = yield* SqlClient
  yield* sql`
    update athena.patients set read_at = ${readAt}::timestamptz
    where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[]) and read_at < ${readAt}::timestamptz
      and (gone_at is not null or status = 'deleted')`
})
