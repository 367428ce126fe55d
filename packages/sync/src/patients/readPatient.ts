/**
 * Reads one patient, and says what came of it. "No such patient" counts only when it is said twice: a vendor's outage
 * looks the same.
 */

import { GetPatient } from "@athena-engine/athena-core/endpoints/patients/GetPatient"
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { otherRecord } from "../quarantine/otherRecord.ts"
import { RecordsUnanswered } from "../runs/RunRefusals.ts"

export type PatientReading =
  | { readonly _tag: "Found"; readonly patient: Patient }
  | { readonly _tag: "NotFound"; readonly patientId: PatientId }
  | { readonly _tag: "DoesNotFit"; readonly misfit: Misfit }

export const readPatient = Effect.fnUntraced(function* (practiceId: PracticeId, patientId: PatientId) {
  const read = GetPatient.read({ practiceId, patientId }).pipe(
    Effect.map(
      (patient): PatientReading =>
        patient.patientId === patientId
          ? { _tag: "Found", patient }
          : { _tag: "DoesNotFit", misfit: otherRecord(patientId, patient.raw) }
    ),
    Effect.catchTag("RecordMisfit", ({ misfit }) => Effect.succeed<PatientReading>({ _tag: "DoesNotFit", misfit })),
    Effect.catchIf(
      (error) => error._tag === "AthenaError" && error.reason._tag === "RecordNotFound",
      () => Effect.succeed<PatientReading>({ _tag: "NotFound", patientId })
    )
  )
  const first = yield* read
  if (first._tag !== "NotFound") return first
  yield* Ping.check(practiceId)
  return yield* read
})

/**
 * Makes sure that "no such patient" is said of some and not of all: a patient who must be there is asked for in the same
 * way. Where there is none to ask for, it is enough that the practice answered.
 */
export const confirmNotFound = Effect.fnUntraced(function* (practiceId: PracticeId, control: PatientId | undefined) {
  if (control === undefined) return
  const reading = yield* readPatient(practiceId, control)
  if (reading._tag === "NotFound") return yield* new RecordsUnanswered({ practiceId, resource: "patients" })
})
