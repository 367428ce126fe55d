import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"

const idColumns = {
  departments: "department_id",
  providers: "provider_id",
  appointment_types: "appointment_type_id"
} as const

/** A resource of reference data. */
export type ReferenceResource = keyof typeof idColumns

/** In a list's transaction, if the list is whole: notes of the rows that it lacks since when it does. */
export const markUnlisted = Effect.fnUntraced(function* (
  run: Run,
  resource: ReferenceResource,
  listedIds: ReadonlyArray<string>,
  readAt: string
) {
  const sql = yield* SqlClient
  yield* sql`
    update ${sql(`athena.${resource}`)} set unlisted_since = now(), synced_at = now()
    where practice_id = ${run.practiceId} and unlisted_since is null and read_at <= ${readAt}::timestamptz
      and ${sql(idColumns[resource])} <> all(${arrayLiteral(listedIds)}::text[])`
})
