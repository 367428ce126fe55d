/**
 * Checked by the compiler, run by nobody: patient data cannot be kept in clear, and what is kept of it cannot be read
 * without the audit trail and the encrypted store.
 */
// The missing service is what is shown here.
// @effect-diagnostics missingEffectContext:off
import { Effect, type Layer } from "effect"
import type { AuditTrail } from "../../src/audit/AuditTrail.ts"
import { cachedPatientList, cachedPatientRecord } from "../../src/cache/cachedPatientData.ts"
import { cachedReference } from "../../src/cache/cachedReference.ts"
import type { SealedStore } from "../../src/cache/SealedStore.ts"
import { ListBookedAppointments } from "../../src/endpoints/appointments/ListBookedAppointments.ts"
import { ListOpenSlots } from "../../src/endpoints/appointments/ListOpenSlots.ts"
import type { ListQuery } from "../../src/endpoints/list.ts"
import { referenceList } from "../../src/endpoints/list.ts"
import { GetPatient } from "../../src/endpoints/patients/GetPatient.ts"
import { patientKind } from "../../src/endpoints/patients/Patient.ts"
import { SearchPatients } from "../../src/endpoints/patients/SearchPatients.ts"
import { ListDepartments } from "../../src/endpoints/practice/ListDepartments.ts"
import type { Athena } from "../../src/http/Athena.ts"
import type { PatientId } from "../../src/ids/PatientId.ts"
import type { PracticeId } from "../../src/ids/PracticeId.ts"
import { noPhi } from "../../src/phi/PhiClass.ts"

declare const athena: Layer.Layer<Athena>
declare const trail: Layer.Layer<AuditTrail>
declare const store: Layer.Layer<SealedStore>
declare const practiceId: PracticeId
declare const patientId: PatientId

const inClear = { timeToLive: "10 minutes" } as const
const sealed = { timeToLive: "10 minutes" } as const

export const lawful = () => [cachedReference(ListDepartments, inClear), cachedReference(ListOpenSlots, inClear)]

export const unlawful = () => [
  // @ts-expect-error appointments name patients
  cachedReference(ListBookedAppointments, inClear),
  // @ts-expect-error patients are patients, found by name or not
  cachedReference(SearchPatients, inClear),
  // @ts-expect-error and so is one of them
  cachedReference(GetPatient, inClear)
]

export const disguised = referenceList({
  ...ListDepartments.description,
  phi: noPhi,
  // @ts-expect-error a list of patients does not pass for one without
  kind: patientKind,
  parameters: (_query: ListQuery) => ({})
})

const patients = cachedPatientRecord(GetPatient, sealed)

export const withoutTrail = () => [
  // @ts-expect-error what the cache keeps of a patient needs the audit trail too
  Effect.runPromise(Effect.provide(patients.read({ practiceId, patientId }), [athena, store])),
  // @ts-expect-error and the encrypted store
  Effect.runPromise(Effect.provide(patients.read({ practiceId, patientId }), [athena, trail]))
]

export const withBoth = () => [
  Effect.runPromise(Effect.provide(patients.read({ practiceId, patientId }), [athena, trail, store])),
  cachedPatientList(ListBookedAppointments, sealed)
]
