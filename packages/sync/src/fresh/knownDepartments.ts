/**
 * The departments of appointments that come one by one. Without its department's time zone an appointment's local time is no
 * instant; the runs read the departments first, and who reads a single appointment asks here.
 */
import type { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { Athena } from "@athena-engine/athena-core/http/Athena"
import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Cache, Duration, Effect, Exit } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { syncDepartments } from "../departments/syncDepartments.ts"
import type { RunError } from "../runs/RunError.ts"
import type { Run } from "../runs/Runs.ts"

/** Makes sure that the department is stored, if the vendor lists it. */
export type KnowDepartment = (
  practiceId: PracticeId,
  departmentId: DepartmentId
) => Effect.Effect<void, RunError, Athena | AuditTrail | SqlClient>

/** A department that is in no list is looked for again after this time only. */
const again = Duration.hours(1)

/** Reads a practice's departments when one of them is not known; by one caller at a time, and once an hour at most. */
export const makeKnowDepartment = Effect.fnUntraced(function* (
  by: Pick<Run, "runId" | "holder">
): Effect.fn.Return<KnowDepartment> {
  const lists = yield* Cache.makeWith(
    (practiceId: PracticeId) =>
      Effect.asVoid(syncDepartments({ ...by, practiceId, resource: "departments", scope: "event" })),
    {
      capacity: 10_000,
      timeToLive: (exit) => (Exit.isSuccess(exit) ? again : Duration.zero),
      requireServicesAt: "lookup"
    }
  )
  return Effect.fnUntraced(function* (practiceId, departmentId) {
    const sql = yield* SqlClient
    const known = yield* sql`
      select from athena.departments
      where practice_id = ${practiceId} and department_id = ${departmentId}`.pipe(rideOut("departments.known"))
    if (known.length === 0) yield* Cache.get(lists, practiceId)
  })
})
