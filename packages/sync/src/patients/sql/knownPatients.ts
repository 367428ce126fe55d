import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Run } from "../../runs/Runs.ts"

/** How old the last answer about a deleted patient may become before they are asked for again although nothing names them. */
const deletedKeptFor = "28 days"

/**
 * Every patient to ask for, in the order of their ids: all whom the database knows, from appointments, feeds, events or an
 * earlier run; with `since`, those of an appointment on that day or later, and whoever they were merged into.
 *
 * Somebody who is deleted or gone is asked for again only if an appointment that names them was written since they were read.
 * The deleted are also, every four weeks, and once a sweep is booked because the feed may have missed what became of them:
 * a record that was merged years ago should not cost a request every night for ever.
 */
export const knownPatients = Effect.fnUntraced(function* (practiceId: Run["practiceId"], since?: LocalDate) {
  const sql = yield* SqlClient
  const day = since === undefined ? sql`` : sql`and date >= ${since}::date`
  const beside =
    since === undefined
      ? sql`select patient_id, null from athena.patients where practice_id = ${practiceId}`
      : sql`
          select merged.surviving_patient_id, null from named
          join athena.surviving_patients as merged on merged.practice_id = ${practiceId} and merged.patient_id = named.id`
  const rows = yield* sql<{ readonly id: string }>`
    with named as (
      select patient_id as id, max(synced_at) as named_at from athena.appointments
      where practice_id = ${practiceId} and patient_id is not null ${day}
      group by patient_id
    ),
    known as (select id, named_at from named union all ${beside})
    select distinct known.id collate "C" as id
    from known left join athena.patients as stored on stored.practice_id = ${practiceId} and stored.patient_id = known.id
    where stored.patient_id is null
      or known.named_at > stored.read_at
      or (
        stored.gone_at is null
        and (
          stored.status is distinct from 'deleted'
          or stored.read_at < now() - ${deletedKeptFor}::interval
          or exists (
            select from athena.feeds
            where practice_id = ${practiceId} and feed = 'patients' and sweep_booked_at > stored.read_at
          )
        )
      )
    order by 1`.pipe(rideOut("patients.known"))
  return rows.map(({ id }) => PatientId.make(id))
})

/** Some who must be there: of those stored last, and none of `others`. The deleted come after all others. */
export const storedWitnesses = Effect.fnUntraced(function* (run: Run, others: ReadonlyArray<PatientId>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select patient_id as id from athena.patients
    where practice_id = ${run.practiceId} and gone_at is null and patient_id <> all(${others}::text[])
    order by status is not distinct from 'deleted', read_at desc limit 3`.pipe(rideOut("patients.witnesses"))
  return rows.map(({ id }) => PatientId.make(id))
})

/** The content hashes of those of `ids` that are stored and not gone. Served by the primary key. */
export const knownHashes = Effect.fnUntraced(function* (run: Run, ids: ReadonlyArray<PatientId>) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly hash: string }>`
    select patient_id as id, encode(content_hash, 'hex') as hash from athena.patients
    where practice_id = ${run.practiceId} and patient_id = any(${ids}::text[]) and gone_at is null`
  return new Map(rows.map((row) => [row.id, row.hash]))
})
