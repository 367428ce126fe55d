import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { knownPatients } from "../patients/sql/knownPatients.ts"
import type { Plan } from "./Plan.ts"

/** What `syncPatients` would do: one read by id for each patient that the database knows. */
export const planPatients = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const known = yield* knownPatients({ practiceId })
  return {
    practiceId,
    resource: "patients",
    windows: known.length,
    finished: 0,
    calls: known.length,
    isBackfill: false
  } satisfies Plan
})
