/**
 * Endpoints that return one FHIR resource by its logical id.
 */
import type { AuditTrail, AuditTrailUnavailable } from "../../audit/AuditTrail.ts"
import type { AthenaError } from "../../errors/AthenaError.ts"
import type { Athena } from "../../http/Athena.ts"
import type { EndpointDescription } from "../../http/EndpointDescription.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import type { NoPhi, PhiFields } from "../../phi/PhiClass.ts"
import type { Subjects } from "../RecordKind.ts"
import { patientDataRecord, type RecordEndpoint, type RecordQuery, referenceRecord } from "../record.ts"
import { type ReferenceResourceKind, type ResourceKind, within } from "./ResourceKind.ts"

export interface ResourceDescription<Query extends RecordQuery, A> extends EndpointDescription {
  readonly resource: ResourceKind<A>
  /** The logical id that is read. */
  readonly logicalId: (query: Query) => string
  /** Whose data is asked for. */
  readonly asked: (query: Query) => Subjects
}

export interface ReferenceResourceDescription<Query extends RecordQuery, A> extends ResourceDescription<Query, A> {
  readonly phi: NoPhi
  readonly resource: ReferenceResourceKind<A>
}

/** The description as a record's, of one practice's resources or of anybody's. */
const recordOf = <Query extends RecordQuery, A, Phi extends PhiFields>(
  description: ResourceDescription<Query, A> & {
    readonly phi: Phi
    readonly resource: ResourceKind<A> & { readonly phi: Phi }
  },
  practiceId: PracticeId | undefined
) => ({
  ...description,
  kind: within(description.resource, practiceId),
  pathOf: (query: Query) => ({ logicalid: description.logicalId(query) }),
  parameters: () => ({})
})

/**
 * A resource of patient data: one audited access. A resource of another practice than the one asked does not fit, and
 * fails with `RecordMisfit`.
 */
export const patientDataResource = <Query extends RecordQuery, A>(
  description: ResourceDescription<Query, A>
): RecordEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> => ({
  description: recordOf(description, undefined),
  kindFor: (query) => within(description.resource, query.practiceId),
  read: (query) => patientDataRecord(recordOf(description, query.practiceId)).read(query)
})

/** A resource without a patient behind it: no audit trail needed. */
export const referenceResource = <Query extends RecordQuery, A>(
  description: ReferenceResourceDescription<Query, A>
): RecordEndpoint<Query, A, AthenaError, Athena> => ({
  description: recordOf(description, undefined),
  kindFor: (query) => within(description.resource, query.practiceId),
  read: (query) => referenceRecord(recordOf(description, query.practiceId)).read(query)
})
