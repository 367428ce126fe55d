import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { Effect } from "effect"
import { readAside, recentAppointments, storeAside } from "../retry/retryAppointment.ts"
import type { Run } from "../runs/Runs.ts"
import type { KnowDepartment } from "./knownDepartments.ts"

/** The appointment as it is now. "Not found" counts only when it is said twice, and another one is found in the same way. */
export const freshAppointment = Effect.fnUntraced(function* (run: Run, id: AppointmentId, know: KnowDepartment) {
  const reading = yield* readAside(run, id, recentAppointments(run))
  const record = reading._tag === "Found" ? reading.appointment : undefined
  if (record !== undefined) yield* know(run.practiceId, record.departmentId)
  return { record, store: (readAt: string) => storeAside(run, id, reading, readAt) }
})
