/**
 * A patient as FHIR shows them. US Core's profile; leaner than the registration record of `/v1`, and readable without
 * knowing the department.
 *
 * Source: https://docs.athenahealth.com/api/fhir-r4/patient
 */
import { type DateTime, Redacted, Result, Schema } from "effect"
import type { PatientId } from "../../ids/PatientId.ts"
import type { PhiFields } from "../../phi/PhiClass.ts"
import { ContactPoint, HumanName, LogicalId, resourceFields } from "./elements.ts"
import type { FhirResource, ResourceKind } from "./ResourceKind.ts"

/** Of a patient, and of nothing else: its local id is the patient's of `/v1`. */
const PatientLogicalId = LogicalId.check(
  Schema.makeFilter(({ kind }) => kind === "E" || "expected a patient's logical id such as a-195900.E-1")
)

export const FhirPatientFields = Schema.Struct({
  ...resourceFields("Patient"),
  id: PatientLogicalId,
  active: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.Array(HumanName)),
  telecom: Schema.optionalKey(Schema.Array(ContactPoint)),
  gender: Schema.optionalKey(Schema.String),
  birthDate: Schema.optionalKey(Schema.String)
})

/** Who the patient is: everything that identifies. */
export interface FhirPatientIdentity {
  readonly names: ReadonlyArray<typeof HumanName.Type>
  readonly contacts: ReadonlyArray<typeof ContactPoint.Type>
  /** `male`, `female`, `other`, `unknown`. */
  readonly gender: string | undefined
  /** ISO 8601; of some patients only the year, or year and month. */
  readonly birthDate: string | undefined
}

export interface FhirPatient extends FhirResource {
  /** The id that `/v1` knows the patient by. */
  readonly patientId: PatientId
  readonly isActive: boolean | undefined
  readonly lastUpdatedAt: DateTime.Utc | undefined
  readonly identity: Redacted.Redacted<FhirPatientIdentity>
}

export const fhirPatientPhi: PhiFields = {
  // Everything that is not listed below as well: identifiers, contacts, extensions such as race and ethnicity.
  identifying: ["name", "telecom", "gender", "birthDate", "address", "*"],
  linked: ["id", "meta", "active"],
  none: ["resourceType"]
}

const decodeFields = Schema.decodeUnknownResult(FhirPatientFields)

export const fhirPatientKind: ResourceKind<FhirPatient> = {
  resourceType: "Patient",
  phi: fhirPatientPhi,
  practiceOf: ({ id }) => id.practiceId,
  decode: (wire, raw) =>
    Result.map(decodeFields(wire), ({ active, birthDate, gender, id, meta, name, telecom }) => ({
      id,
      patientId: id.localId as PatientId,
      isActive: active,
      lastUpdatedAt: meta?.lastUpdated,
      identity: Redacted.make(
        { names: name ?? [], contacts: telecom ?? [], gender, birthDate },
        { label: "fhir patient" }
      ),
      raw
    })),
  subjects: (_wire, _practiceId, id) => ({
    patientIds: id?.kind === "E" ? [id.localId as PatientId] : [],
    appointmentIds: []
  })
}
