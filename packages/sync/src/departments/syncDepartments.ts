/**
 * A practice's departments, which every sync of appointments reads first: it asks for all of them by id, and their time
 * zones make an appointment's local time an instant.
 */
import type { Department } from "@athena-engine/athena-core/endpoints/practice/Department"
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { DateTime, Effect, Option, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { column } from "../rows/column.ts"
import { contentHash, storableJson, storableText } from "../rows/storable.ts"

/** A zone that we and PostgreSQL both know; a name of the vendor's that neither does is no zone. */
const zoneOf = (department: Department): string | null =>
  department.timeZone !== undefined && Option.isSome(DateTime.zoneMakeNamed(department.timeZone))
    ? department.timeZone
    : null

const store = Effect.fnUntraced(function* (practiceId: PracticeId, departments: ReadonlyArray<Department>) {
  const sql = yield* SqlClient
  const json = departments.map((department) => storableJson(reveal(department.raw, "storage")))
  yield* sql`
    insert into athena.departments as stored (practice_id, department_id, name, time_zone, raw, content_hash)
    select ${practiceId}, department_id, name, time_zone, raw, content_hash
    from unnest(
      ${departments.map((department) => department.departmentId)}::text[],
      ${column(departments.map(({ name }) => (name === undefined ? null : storableText(name))))}::text[],
      ${column(departments.map(zoneOf))}::text[],
      ${json}::jsonb[],
      ${json.map(contentHash)}::bytea[]
    ) as department (department_id, name, time_zone, raw, content_hash)
    on conflict (practice_id, department_id) do update set
      name = excluded.name, time_zone = excluded.time_zone, raw = excluded.raw,
      content_hash = excluded.content_hash, synced_at = now()
    where stored.content_hash <> excluded.content_hash`
  // A zone that became known, or was corrected, gives its appointments their instants.
  yield* sql`
    update athena.appointments as appointment set
      time_zone = department.time_zone,
      starts_at = (appointment.date + appointment.start_time) at time zone department.time_zone
    from athena.departments as department
    where appointment.practice_id = ${practiceId} and department.practice_id = ${practiceId}
      and department.department_id = appointment.department_id
      and appointment.time_zone is distinct from department.time_zone`
})

/** Reads and stores the departments; answers their ids. A department that does not fit its schema is logged and left out. */
export const syncDepartments = Effect.fn("syncDepartments")(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const found = yield* Stream.runCollect(ListDepartments.records({ practiceId }))
  const departments = [...new Map(found.map((department) => [department.departmentId, department])).values()]
  yield* sql.withTransaction(store(practiceId, departments)).pipe(mapSqlError("departments.store"))
  return departments.map((department): DepartmentId => department.departmentId)
})
