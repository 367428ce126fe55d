import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** Every patient that the database knows, from appointments or from an earlier run, in the order of their ids. */
export const knownPatients = Effect.fnUntraced(function* (run: Run) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select patient_id collate "C" as id from athena.appointments
    where practice_id = ${run.practiceId} and patient_id is not null
    union
    select patient_id collate "C" from athena.patients where practice_id = ${run.practiceId}
    order by 1`.pipe(mapSqlError("patients.known"))
  return rows.map(({ id }) => PatientId.make(id))
})

/** The content hashes of those of `ids` that are stored and not gone. Served by the primary key. */
export const knownHashes = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<PatientId>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly hash: Uint8Array }>`
    select patient_id as id, content_hash as hash from athena.patients
    where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[]) and gone_at is null`
  return new Map(rows.map((row) => [row.id, row.hash]))
})
