import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Effect } from "effect"
import { readWithSecondLook } from "../patients/readWithSecondLook.ts"
import { storeReadings } from "../patients/storeReadings.ts"
import type { Run } from "../runs/Runs.ts"

/** The patient as they are now. "Not found" counts only when it is said twice, and another one is found in the same way. */
export const freshPatient = Effect.fnUntraced(function* (run: Run, id: PatientId) {
  const reading = yield* readWithSecondLook(run, id)
  return {
    record: reading._tag === "Found" ? reading.patient : undefined,
    store: (readAt: string) => storeReadings(run, [reading], readAt)
  }
})
