/**
 * A practice, a department or a chart sharing group: all three are Organizations here, told apart by the kind of their
 * logical ids (`Practice`, `Department`, `CSG`). The shape is US Core's, no answer was seen.
 *
 * Source: https://docs.athenahealth.com/api/fhir-r4/organization
 */
import { type DateTime, Result, Schema } from "effect"
import { parseFhirReference } from "../../ids/FhirId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import { Reference, resourceFields } from "./elements.ts"
import type { FhirResource, ReferenceResourceKind } from "./ResourceKind.ts"

export const FhirOrganizationFields = Schema.Struct({
  ...resourceFields("Organization"),
  active: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.String),
  partOf: Schema.optionalKey(Reference)
})

export interface FhirOrganization extends FhirResource {
  readonly isActive: boolean | undefined
  readonly name: string | undefined
  /** What it belongs to: a department to its practice. */
  readonly partOf: FhirResource["id"] | undefined
  readonly lastUpdatedAt: DateTime.Utc | undefined
}

const decodeFields = Schema.decodeUnknownResult(FhirOrganizationFields)

export const fhirOrganizationKind: ReferenceResourceKind<FhirOrganization> = {
  resourceType: "Organization",
  phi: noPhi,
  practiceOf: ({ id }) => id.practiceId,
  decode: (wire, raw) =>
    Result.map(decodeFields(wire), ({ active, id, meta, name, partOf }) => ({
      id,
      isActive: active,
      name,
      partOf: parseFhirReference(partOf?.reference ?? "")?.id,
      lastUpdatedAt: meta?.lastUpdated,
      raw
    })),
  subjects: () => noSubjects
}
