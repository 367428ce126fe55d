import { type FhirId, printFhirId } from "../../ids/FhirId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { noSubjects } from "../RecordKind.ts"
import type { RecordQuery } from "../record.ts"
import { fhirOrganizationKind } from "./FhirOrganization.ts"
import { referenceResource } from "./resource.ts"

export interface FhirOrganizationQuery extends RecordQuery {
  /** As references and notifications give it: `a-1.Practice-195900`, `a-195900.Department-150`, `a-195900.CSG-42`. */
  readonly id: FhirId
}

/** One practice, department or chart sharing group. The shape is US Core's, no answer was seen. */
export const GetFhirOrganization = referenceResource({
  name: "GetFhirOrganization",
  verb: "GET",
  path: "/fhir/r4/Organization/{logicalid}",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/organization",
  evidence: "documented",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  resource: fhirOrganizationKind,
  logicalId: (query: FhirOrganizationQuery) => printFhirId(query.id),
  asked: () => noSubjects
})
