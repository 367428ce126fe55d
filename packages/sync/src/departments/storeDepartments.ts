import type { Department } from "@athena-engine/athena-core/endpoints/practice/Department"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../rows/storable.ts"
import { countWritten } from "../rows/Written.ts"

/** The name of a zone that we know; whether PostgreSQL does is asked where it is stored. */
const zoneOf = ({ timeZone, zone }: Department): string | null => (zone === undefined ? null : (timeZone ?? null))

/** In a transaction: inserts or updates listed departments that are not stored as they are, unless by a newer answer. */
export const storeDepartments = Effect.fnUntraced(function* (
  practiceId: PracticeId,
  departments: ReadonlyArray<Department>,
  readAt: string
) {
  const sql = yield* SqlClient
  const json = departments.map((department) => storableRecord(department.raw))
  const written = yield* sql<{ readonly isInserted: boolean }>`
    insert into athena.departments as stored (practice_id, department_id, name, time_zone, raw, content_hash, read_at)
    select ${practiceId}, department_id, name, case when athena.knows_zone(time_zone) then time_zone end, raw,
      decode(content_hash, 'hex'), ${readAt}::timestamptz
    from unnest(
      ${arrayLiteral(departments.map((department) => department.departmentId))}::text[],
      ${arrayLiteral(departments.map(({ name }) => name))}::text[],
      ${arrayLiteral(departments.map(zoneOf))}::text[],
      ${json}::jsonb[],
      ${arrayLiteral(json.map(contentHash))}::text[]
    ) as department (department_id, name, time_zone, raw, content_hash)
    on conflict (practice_id, department_id) do update set
      name = excluded.name, time_zone = excluded.time_zone, raw = excluded.raw,
      content_hash = excluded.content_hash, read_at = excluded.read_at, synced_at = now(), unlisted_since = null
    where excluded.read_at >= stored.read_at
      and (stored.content_hash <> excluded.content_hash or stored.unlisted_since is not null)
    returning xmax = 0 as "isInserted"`
  // A zone that became known, or was corrected, gives its appointments their instants.
  yield* sql`
    update athena.appointments as appointment set
      time_zone = department.time_zone,
      starts_at = athena.instant_of(appointment.date + appointment.start_time, department.time_zone)
    from athena.departments as department
    where appointment.practice_id = ${practiceId} and department.practice_id = ${practiceId}
      and department.department_id = appointment.department_id
      and appointment.time_zone is distinct from department.time_zone`
  return countWritten(written)
})
