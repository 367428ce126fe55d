/**
 * A practice's departments, which every sync of appointments reads first: it asks for all of them by id, and their time
 * zones make an appointment's local time an instant.
 */
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { release, setAside } from "../quarantine/quarantine.ts"
import { DepartmentsMissing } from "../runs/RunRefusals.ts"
import { databaseTime, moveWatermark, type Run } from "../runs/Runs.ts"
import { readWhole } from "../walk/readWhole.ts"
import { storeDepartments } from "./storeDepartments.ts"

export interface Departments {
  /** All that are listed, and those that stored appointments name: a list that lacks one must not lose its appointments. */
  readonly ids: ReadonlyArray<DepartmentId>
  /** Departments that do not fit their schema. They are asked for all the same, if their id can be read. */
  readonly quarantined: number
  /** Whether the id of every department could be read. */
  readonly isWhole: boolean
}

/** Those that stored appointments name, whether they are listed or not. */
export const namedByAppointments = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string }>`
    select distinct department_id as id from athena.appointments
    where practice_id = ${practiceId} and gone_at is null`.pipe(rideOut("departments.named"))
  return rows.map(({ id }) => DepartmentId.make(id))
})

/** Reads the departments, those that the portal hides included. */
export const listDepartments = (practiceId: PracticeId) =>
  readWhole(ListDepartments.pages({ practiceId }), ({ departmentId }) => departmentId)

/** Reads and stores the departments. Fails with `DepartmentsMissing` when there is none at all. */
export const syncDepartments = Effect.fn("syncDepartments")(function* (run: Run) {
  const sql = yield* SqlClient
  const { practiceId } = run
  const readAt = yield* databaseTime
  const { ids: listed, isWhole: isWholeList, misfits, records } = yield* listDepartments(practiceId)
  const aside = { ...run, resource: "departments" } as const
  yield* sql
    .withTransaction(
      Effect.gen(function* () {
        yield* storeDepartments(practiceId, records, readAt)
        yield* release(
          aside,
          records.map(({ departmentId }) => departmentId)
        )
        yield* setAside(aside, misfits)
        if (isWholeList) yield* moveWatermark(aside, "all departments", readAt)
      })
    )
    .pipe(rideOut("departments.store"))
  const ids = [...new Set([...listed.map((id) => DepartmentId.make(id)), ...(yield* namedByAppointments(practiceId))])]
  if (ids.length === 0) return yield* new DepartmentsMissing({ practiceId })
  const isWhole = misfits.every(({ recordId }) => recordId !== undefined)
  return { ids, quarantined: misfits.length, isWhole } satisfies Departments
})
