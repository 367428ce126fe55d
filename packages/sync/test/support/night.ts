/** The night's work at practice 195900, and what its reference data have to be. */
import { ListAppointmentTypes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentTypes"
import { ListProviders } from "@athena-engine/athena-core/endpoints/practice/ListProviders"
import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type Step, stepsOf } from "../../src/schedule/Job.ts"
import { runStep } from "../../src/schedule/runStep.ts"
import { readWhole } from "../../src/walk/readWhole.ts"
import { newRunId, practiceId, type Range } from "./practice.ts"

/** All steps of `athena-sync all`, or those given, in their order; a result for each of their resources. */
export const night = (range: Range, steps: ReadonlyArray<Step> = stepsOf("all")) =>
  Effect.suspend(() => {
    const runId = newRunId()
    const days = { from: LocalDate.make(range.from), to: LocalDate.make(range.to) }
    return Effect.map(
      Effect.forEach(steps, (step) => runStep(step, { runId, practiceId, holder: "the test", range: days })),
      (results) => results.flat()
    )
  })

/** Providers and appointment types that are stored as listed are those that the practice lists. */
export const assertReferenceExact = Effect.gen(function* () {
  const sql = yield* SqlClient
  const providers = yield* readWhole(ListProviders.pages({ practiceId }), ({ providerId }) => providerId)
  const stored = yield* sql<{ readonly id: string }>`
    select provider_id as id from athena.providers
    where practice_id = ${practiceId} and unlisted_since is null and gone_at is null`
  assert.deepStrictEqual(stored.map(({ id }) => id).toSorted(), [...providers.ids].toSorted())
  const types = yield* readWhole(
    ListAppointmentTypes.pages({ practiceId }),
    ({ appointmentTypeId }) => appointmentTypeId
  )
  const storedTypes = yield* sql<{ readonly id: string }>`
    select appointment_type_id as id from athena.appointment_types where practice_id = ${practiceId}`
  assert.deepStrictEqual(storedTypes.map(({ id }) => id).toSorted(), [...types.ids].toSorted())
})
