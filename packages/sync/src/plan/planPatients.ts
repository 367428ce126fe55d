import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { handfulsOf, keyOf } from "../patients/handfuls.ts"
import { knownPatients } from "../patients/sql/knownPatients.ts"
import { finishedWindows } from "../runs/finishedWindows.ts"
import type { Plan } from "./Plan.ts"

/** What `syncPatients` would do: one read by id for each patient that the database knows. */
export const planPatients = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const handfuls = handfulsOf(yield* knownPatients({ practiceId }))
  const done = yield* finishedWindows({ practiceId, resource: "patients", scope: "known" }).pipe(
    rideOut("plan.finished")
  )
  const open = handfuls.filter((ids) => !done.has(keyOf(ids)))
  return {
    practiceId,
    resource: "patients",
    windows: handfuls.length,
    finished: handfuls.length - open.length,
    calls: open.reduce((sum, ids) => sum + ids.length, 0),
    isBackfill: false
  } satisfies Plan
})
