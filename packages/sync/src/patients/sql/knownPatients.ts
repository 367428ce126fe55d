import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/**
 * Every patient that the database knows, from appointments or from an earlier run, in the order of their ids. One who is
 * gone is asked for again only if an appointment that names them was written since.
 */
export const knownPatients = Effect.fnUntraced(function* (run: Pick<Run, "practiceId">) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select appointment.patient_id collate "C" as id from athena.appointments as appointment
    left join athena.patients as patient
      on patient.practice_id = ${run.practiceId} and patient.patient_id = appointment.patient_id
    where appointment.practice_id = ${run.practiceId} and appointment.patient_id is not null
      and (patient.gone_at is null or appointment.synced_at > patient.gone_at)
    union
    select patient_id collate "C" from athena.patients where practice_id = ${run.practiceId} and gone_at is null
    order by 1`.pipe(rideOut("patients.known"))
  return rows.map(({ id }) => PatientId.make(id))
})

/** A patient who must be there: one of those stored last, and none of `others`. */
export const controlPatient = Effect.fnUntraced(function* (run: Run, others: ReadonlyArray<PatientId>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select patient_id as id from athena.patients
    where practice_id = ${run.practiceId} and gone_at is null and patient_id <> all(${others}::text[])
    order by read_at desc limit 1`.pipe(rideOut("patients.control"))
  return rows[0] === undefined ? undefined : PatientId.make(rows[0].id)
})

/** The content hashes of those of `ids` that are stored and not gone. Served by the primary key. */
export const knownHashes = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<PatientId>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly hash: string }>`
    select patient_id as id, encode(content_hash, 'hex') as hash from athena.patients
    where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[]) and gone_at is null`
  return new Map(rows.map((row) => [row.id, row.hash]))
})
