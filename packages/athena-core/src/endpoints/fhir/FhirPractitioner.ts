/**
 * A provider as FHIR shows them: US Core's profile. Workforce data, not PHI; identifiers such as the NPI are in `raw`.
 *
 * No answer was seen, and so the kind of its logical id is taken as it comes, and its local id for the provider's of `/v1`.
 *
 * Source: https://docs.athenahealth.com/api/fhir-r4/practitioner
 */
import { type DateTime, Result, Schema } from "effect"
import { ProviderId } from "../../ids/ProviderId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import { HumanName, resourceFields } from "./elements.ts"
import type { FhirResource, ReferenceResourceKind } from "./ResourceKind.ts"

export const FhirPractitionerFields = Schema.Struct({
  ...resourceFields("Practitioner"),
  active: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.Array(HumanName))
})

export interface FhirPractitioner extends FhirResource {
  readonly providerId: ProviderId
  readonly isActive: boolean | undefined
  readonly names: ReadonlyArray<typeof HumanName.Type>
  readonly lastUpdatedAt: DateTime.Utc | undefined
}

const decodeFields = Schema.decodeUnknownResult(FhirPractitionerFields)

export const fhirPractitionerKind: ReferenceResourceKind<FhirPractitioner> = {
  resourceType: "Practitioner",
  phi: noPhi,
  practiceOf: ({ id }) => id.practiceId,
  decode: (wire, raw) =>
    Result.map(decodeFields(wire), ({ active, id, meta, name }) => ({
      id,
      providerId: ProviderId.make(id.localId),
      isActive: active,
      names: name ?? [],
      lastUpdatedAt: meta?.lastUpdated,
      raw
    })),
  subjects: () => noSubjects
}
