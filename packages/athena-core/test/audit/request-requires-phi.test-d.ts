/**
 * Checked by the compiler, run by nobody: a request to an endpoint that is not described says what patient data its answer
 * may hold, and needs an `AuditTrail` when there may be any.
 */
// The missing service is what is shown here.
// @effect-diagnostics missingEffectContext:off
import { Effect, type Layer, Schema } from "effect"
import type { AuditTrail } from "../../src/audit/AuditTrail.ts"
import { request } from "../../src/endpoints/request.ts"
import type { Athena } from "../../src/http/Athena.ts"
import type { PatientId } from "../../src/ids/PatientId.ts"
import type { PracticeId } from "../../src/ids/PracticeId.ts"

declare const athena: Layer.Layer<Athena>
declare const trail: Layer.Layer<AuditTrail>
declare const practiceId: PracticeId
declare const patientId: PatientId

const withAthena = Effect.provide(athena)
const withBoth = Effect.provide([athena, trail])

const ofPatient = {
  practiceId,
  verb: "GET",
  path: "/v1/{practiceid}/patients/{patientid}/photo",
  values: { patientid: patientId },
  repeat: "safe",
  answer: Schema.Struct({ image: Schema.String })
} as const
const ofPractice = {
  practiceId,
  verb: "GET",
  path: "/v1/{practiceid}/languages",
  repeat: "safe",
  answer: Schema.Unknown
} as const

export const withoutTrail = () => [
  // @ts-expect-error patients may be behind the answer, so it needs the audit trail
  Effect.runPromise(withAthena(request({ ...ofPatient, phi: { patientIds: [patientId] } }))),
  // @ts-expect-error a search names no patient, and needs the audit trail all the same
  Effect.runPromise(withAthena(request({ ...ofPractice, phi: { patientIds: [] } })))
]

export const withoutSaying = () => [
  // @ts-expect-error what the answer may hold is left out
  Effect.runPromise(withBoth(request(ofPractice))),
  // @ts-expect-error a path that names a patient is about a patient
  Effect.runPromise(withBoth(request({ ...ofPatient, phi: "none" }))),
  // @ts-expect-error whose data it is, is left out
  Effect.runPromise(withBoth(request({ ...ofPatient, phi: {} }))),
  // @ts-expect-error the value of a placeholder is missing
  Effect.runPromise(withBoth(request({ ...ofPatient, values: {}, phi: { patientIds: [] } }))),
  // @ts-expect-error a path of no practice
  Effect.runPromise(withBoth(request({ ...ofPractice, path: "/v1/195900/languages", phi: "none" })))
]

export const allowed = () => [
  Effect.runPromise(withAthena(request({ ...ofPractice, phi: "none" }))),
  Effect.runPromise(withBoth(request({ ...ofPatient, phi: { patientIds: [patientId] } }))).then(
    ({ value }): string => value.image
  )
]
