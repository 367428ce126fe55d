import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { Effect } from "effect"
import type { Run } from "../runs/Runs.ts"
import { lookAgain } from "./lookAgain.ts"
import { readPatient } from "./readPatient.ts"
import { storedWitnesses } from "./sql/knownPatients.ts"

/**
 * Reads one patient, with a second look where they are not found: "not found" in the answer is the vendor's word, and
 * `RecordsUnanswered` an outage.
 */
export const readWithSecondLook = Effect.fnUntraced(function* (run: Run, patientId: PatientId) {
  const look = (id: PatientId) => readPatient(run.practiceId, id)
  const first = yield* look(patientId)
  if (first._tag !== "NotFound") return first
  const witnesses = yield* storedWitnesses(run, [patientId])
  const [second = first] = yield* lookAgain(run.practiceId, [patientId], witnesses, (id) => Effect.asSome(look(id)))
  return second
})
