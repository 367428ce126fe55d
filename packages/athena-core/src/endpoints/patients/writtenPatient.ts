import { Predicate } from "effect"
import type { PatientId } from "../../ids/PatientId.ts"
import { idIn } from "../RecordKind.ts"
import type { WriteAnswer } from "../write.ts"

/** The vendor confirms a patient's registration with `[{"patientid":"5309"}]`, an array of one. */
export const writtenPatient = (json: unknown): WriteAnswer<PatientId> | undefined => {
  const first: unknown = Array.isArray(json) ? json[0] : json
  const id = Predicate.isObject(first) ? idIn(first as Readonly<Record<string, unknown>>, "patientid") : undefined
  if (id === undefined) return undefined
  return { value: id as PatientId, subjects: { patientIds: [id as PatientId], appointmentIds: [] } }
}
