import { GetPatient } from "@athena-engine/athena-core/endpoints/patients/GetPatient"
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { otherRecord } from "../quarantine/otherRecord.ts"

/** What came of asking for `patientId` once. "Not found" is no word about them yet: see `lookAgain`. */
export type PatientReading = { readonly patientId: PatientId } & (
  | { readonly _tag: "Found"; readonly patient: Patient }
  | { readonly _tag: "NotFound" }
  | { readonly _tag: "DoesNotFit"; readonly misfit: Misfit }
)

/** Asks for one patient by id. */
export const readPatient = (practiceId: PracticeId, patientId: PatientId) =>
  GetPatient.read({ practiceId, patientId }).pipe(
    Effect.map(
      (patient): PatientReading =>
        patient.patientId === patientId
          ? { _tag: "Found", patientId, patient }
          : { _tag: "DoesNotFit", patientId, misfit: otherRecord(patientId, patient.raw) }
    ),
    Effect.catchTag("RecordMisfit", ({ misfit }) =>
      Effect.succeed<PatientReading>({ _tag: "DoesNotFit", patientId, misfit })
    ),
    Effect.catchIf(
      (error) => error._tag === "AthenaError" && error.reason._tag === "RecordNotFound",
      () => Effect.succeed<PatientReading>({ _tag: "NotFound", patientId })
    )
  )
