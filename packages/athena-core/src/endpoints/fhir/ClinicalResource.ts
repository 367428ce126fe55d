/**
 * What a clinical resource says beside its contents: whose it is, of which practice, in which state. Conditions,
 * medication requests, immunizations and encounters are read so; what they hold stays in `raw`.
 *
 * Source: https://hl7.org/fhir/R4/resourcelist.html; the logical ids of the vendor were seen for patients and encounters.
 */
import { type DateTime, Result, Schema } from "effect"
import { patientIdIn } from "../../ids/FhirId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { instantIn, Period, patientOf, Reference, resourceFields } from "./elements.ts"
import type { FhirResource, ResourceKind } from "./ResourceKind.ts"

export interface ClinicalResource extends FhirResource {
  readonly resourceType: ClinicalType
  /** None, where the reference to the patient is missing or of another practice. */
  readonly patientId: PatientId | undefined
  /** FHIR's code, such as `finished` or `active`. Conditions have none here: theirs is a part of `raw`. */
  readonly status: string | undefined
  /** When an encounter began and ended. */
  readonly startedAt: DateTime.Utc | undefined
  readonly endedAt: DateTime.Utc | undefined
  readonly lastUpdatedAt: DateTime.Utc | undefined
}

export type ClinicalType = "Condition" | "Encounter" | "Immunization" | "MedicationRequest"

/** Immunizations name their patient `patient`, the others `subject`. */
const patientKey = (resourceType: ClinicalType) => (resourceType === "Immunization" ? "patient" : "subject")

/** One of the clinical kinds. */
export const clinicalKind = (resourceType: ClinicalType): ResourceKind<ClinicalResource> => {
  const fields = Schema.Struct({
    ...resourceFields(resourceType),
    subject: Schema.optionalKey(Reference),
    patient: Schema.optionalKey(Reference),
    status: Schema.optionalKey(Schema.String),
    period: Schema.optionalKey(Period)
  })
  const decodeFields = Schema.decodeUnknownResult(fields)
  const key = patientKey(resourceType)
  return {
    resourceType,
    phi: {
      identifying: ["*"],
      linked: ["id", "meta", key, "status", "period"],
      none: ["resourceType"]
    },
    practiceOf: ({ id }) => id.practiceId,
    decode: (wire, raw) =>
      Result.map(decodeFields(wire), (resource) => ({
        resourceType,
        id: resource.id,
        patientId: patientIdIn(resource[key]?.reference ?? "", resource.id.practiceId),
        status: resource.status,
        startedAt: instantIn(resource.period?.start),
        endedAt: instantIn(resource.period?.end),
        lastUpdatedAt: resource.meta?.lastUpdated,
        raw
      })),
    subjects: (wire, practiceId) => {
      const patientId = patientOf(wire[key], practiceId)
      return { patientIds: patientId === undefined ? [] : [patientId], appointmentIds: [] }
    }
  }
}
