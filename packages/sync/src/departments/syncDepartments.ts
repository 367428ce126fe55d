/**
 * A practice's departments, which every sync of appointments reads first: it asks for all of them by id, and their time
 * zones make an appointment's local time an instant.
 */
import type { Department } from "@athena-engine/athena-core/endpoints/practice/Department"
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { release, setAside } from "../quarantine/quarantine.ts"
import { arrayLiteral } from "../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../rows/storable.ts"
import { DepartmentsMissing } from "../runs/RunRefusals.ts"
import type { Run } from "../runs/Runs.ts"

/** The name of a zone that we know; whether PostgreSQL does is asked where it is stored. */
const zoneOf = ({ timeZone, zone }: Department): string | null => (zone === undefined ? null : (timeZone ?? null))

const store = Effect.fnUntraced(function* (practiceId: PracticeId, departments: ReadonlyArray<Department>) {
  const sql = yield* SqlClient
  const json = departments.map((department) => storableRecord(department.raw))
  yield* sql`
    insert into athena.departments as stored (practice_id, department_id, name, time_zone, raw, content_hash)
    select ${practiceId}, department_id, name, case when athena.knows_zone(time_zone) then time_zone end, raw,
      decode(content_hash, 'hex')
    from unnest(
      ${arrayLiteral(departments.map((department) => department.departmentId))}::text[],
      ${arrayLiteral(departments.map(({ name }) => name))}::text[],
      ${arrayLiteral(departments.map(zoneOf))}::text[],
      ${json}::jsonb[],
      ${arrayLiteral(json.map(contentHash))}::text[]
    ) as department (department_id, name, time_zone, raw, content_hash)
    on conflict (practice_id, department_id) do update set
      name = excluded.name, time_zone = excluded.time_zone, raw = excluded.raw,
      content_hash = excluded.content_hash, synced_at = now()
    where stored.content_hash <> excluded.content_hash`
  // A zone that became known, or was corrected, gives its appointments their instants.
  yield* sql`
    update athena.appointments as appointment set
      time_zone = department.time_zone,
      starts_at = athena.instant_of(appointment.date + appointment.start_time, department.time_zone)
    from athena.departments as department
    where appointment.practice_id = ${practiceId} and department.practice_id = ${practiceId}
      and department.department_id = appointment.department_id
      and appointment.time_zone is distinct from department.time_zone`
})

export interface Departments {
  /** All that are listed, and those that stored appointments name: a list that lacks one must not lose its appointments. */
  readonly ids: ReadonlyArray<DepartmentId>
  /** Departments that do not fit their schema. They are asked for all the same, if their id can be read. */
  readonly quarantined: number
  /** Whether the id of every department could be read. */
  readonly isWhole: boolean
}

const namedByAppointments = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select distinct department_id as id from athena.appointments
    where practice_id = ${practiceId} and gone_at is null`.pipe(rideOut("departments.named"))
  return rows.map(({ id }) => DepartmentId.make(id))
})

/** Reads and stores the departments. Fails with `DepartmentsMissing` when there is none at all. */
export const syncDepartments = Effect.fn("syncDepartments")(function* (run: Run) {
  const sql = yield* SqlClient
  const { practiceId } = run
  const pages = yield* Stream.runCollect(ListDepartments.pages({ practiceId }))
  const departments = [
    ...new Map(pages.flatMap(({ records }) => records).map((record) => [record.departmentId, record])).values()
  ]
  const misfits = pages.flatMap((page) => page.misfits)
  const listed = departments.map(({ departmentId }) => departmentId)
  const aside = { ...run, resource: "departments" } as const
  yield* sql
    .withTransaction(
      Effect.gen(function* () {
        yield* store(practiceId, departments)
        yield* release(aside, listed)
        yield* setAside(aside, misfits)
      })
    )
    .pipe(rideOut("departments.store"))
  const readable = misfits.flatMap(({ recordId }) => (recordId === undefined ? [] : [DepartmentId.make(recordId)]))
  const ids = [...new Set([...listed, ...readable, ...(yield* namedByAppointments(practiceId))])]
  if (ids.length === 0) return yield* new DepartmentsMissing({ practiceId })
  return { ids, quarantined: misfits.length, isWhole: readable.length === misfits.length } satisfies Departments
})
