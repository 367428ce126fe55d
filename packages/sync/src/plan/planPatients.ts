import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { scopeOf } from "../patients/SyncPatients.ts"
import { knownPatients } from "../patients/sql/knownPatients.ts"
import { finishedWindows } from "../runs/finishedWindows.ts"
import type { Plan } from "./Plan.ts"

/** What `syncPatients` would do: one read by id for each patient that it asks for. */
export const planPatients = Effect.fnUntraced(function* (practiceId: PracticeId, since?: LocalDate) {
  const finished = yield* finishedWindows({ practiceId, resource: "patients", scope: scopeOf(since) }).pipe(
    rideOut("plan.finished")
  )
  const open = (yield* knownPatients(practiceId, since)).filter((id) => !finished.has(id))
  return {
    practiceId,
    resource: "patients",
    windows: finished.size + open.length,
    finished: finished.size,
    calls: open.length,
    isBackfill: false
  } satisfies Plan
})
