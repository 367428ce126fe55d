import { type FhirId, printFhirId } from "../../ids/FhirId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import type { RecordQuery } from "../record.ts"
import { fhirPractitionerKind } from "./FhirPractitioner.ts"
import { referenceResource } from "./resource.ts"

export interface FhirPractitionerQuery extends RecordQuery {
  /** As references and notifications give it. */
  readonly id: FhirId
}

/** One provider, as FHIR shows them: the call-back of the topics `Provider.*`. The shape is US Core's, no answer was seen. */
export const GetFhirPractitioner = referenceResource({
  name: "GetFhirPractitioner",
  verb: "GET",
  path: "/fhir/r4/Practitioner/{logicalid}",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/practitioner",
  evidence: "documented",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  resource: fhirPractitionerKind,
  logicalId: (query: FhirPractitionerQuery) => printFhirId(query.id),
  asked: () => noSubjects
})
