/** The patients of practice 195900: what their table holds, and what it has to hold. */
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { practiceId } from "./practice.ts"

/** The columns of a patient that the simulator knows the truth of. */
export interface PatientFacts {
  readonly patientId: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly birthDate: string | null
  readonly sex: string | null
  readonly status: string | null
  readonly email: string | null
  readonly mobilePhone: string | null
}

/** What the table holds, less who is gone. */
export const storedPatients = Effect.gen(function* () {
  const sql = yield* SqlClient
  return yield* sql<PatientFacts>`
    select patient_id as "patientId", first_name as "firstName", last_name as "lastName",
      birth_date::text as "birthDate", sex, status, email, mobile_phone as "mobilePhone"
    from athena.patients where gone_at is null order by patient_id::bigint`
})

/** Everyone whom a stored appointment names or an earlier run stored, as the practice has them. */
export const patientTruth = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select patient_id as id from athena.appointments where patient_id is not null
    union select patient_id from athena.patients`
  const known = new Set(rows.map(({ id }) => id))
  const { patients: all } = yield* Simulator.use((simulator) => simulator.snapshot(practiceId))
  return all
    .filter(({ patientId }) => known.has(patientId))
    .map(({ departmentId: _department, mergedInto: _into, previousPatientIds: _ids, ...facts }): PatientFacts => facts)
})

/** The table equals the practice; answers what it holds. */
export const assertPatientsExact = Effect.gen(function* () {
  const expected = yield* patientTruth
  assert.isAbove(expected.length, 50)
  assert.deepStrictEqual(yield* storedPatients, expected)
  return expected
})

/** Patients whom the database knows from before; the vendor need not. */
export const know = (...ids: ReadonlyArray<string>) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`
      insert into athena.patients (practice_id, patient_id, last_name, status, raw, content_hash, read_at, run_id)
      select ${practiceId}, id, 'Nobody', 'active', '{}', '', now(), 'earlier' from unnest(${ids}::text[]) as id`
  )

/** Ids of patients whom the practice has, none of them deleted. */
export const somePatients = (howMany: number) => Array.from({ length: howMany }, (_, n) => String(30_011 + n))

/** All that is stored was read so long ago that the deleted are asked for again. */
export const weeksPass = Effect.flatMap(
  SqlClient,
  (sql) => sql`update athena.patients set read_at = read_at - interval '29 days' where status = 'deleted'`
)

/** Patients who are marked as gone. */
export const gonePatients = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select patient_id as id from athena.patients where gone_at is not null order by 1`
  return rows.map(({ id }) => id)
})

/** `previous > patient`, of every link that is stored. */
export const storedLinks = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly link: string }>`
    select previous_patient_id || ' > ' || patient_id as link from athena.patient_links
    where practice_id = ${practiceId} order by 1`
  return rows.map(({ link }) => link)
})

/** Who is left of everyone who was merged, by the database. */
export const survivors = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly survivor: string }>`
    select patient_id as id, surviving_patient_id as survivor from athena.surviving_patients
    where practice_id = ${practiceId} order by 1`
  return Object.fromEntries(rows.map(({ id, survivor }) => [id, survivor]))
})

/** The links of all who are stored are those that the practice has, and lead to whom it has left. */
export const assertLinksExact = Effect.gen(function* () {
  const { patients: all } = yield* Simulator.use((simulator) => simulator.snapshot(practiceId))
  const known = new Set((yield* storedPatients).map(({ patientId }) => patientId))
  const stored = all.filter(({ patientId }) => known.has(patientId))
  const expected = stored.flatMap(({ patientId, previousPatientIds }) =>
    previousPatientIds.map((previous) => `${previous} > ${patientId}`)
  )
  assert.deepStrictEqual(yield* storedLinks, expected.sort())
  const into = new Map(all.map(({ mergedInto, patientId }) => [patientId, mergedInto]))
  // As far as those who are left are known.
  const lastOf = (id: string): string => {
    const next = into.get(id)
    if (next === undefined || next === null) return id
    const last = lastOf(next)
    return known.has(last) || known.has(next) ? last : id
  }
  const found = yield* survivors
  for (const { patientId } of stored) {
    const last = lastOf(patientId)
    if (known.has(last)) assert.strictEqual(found[patientId] ?? patientId, last)
  }
  return expected.length
})
