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
