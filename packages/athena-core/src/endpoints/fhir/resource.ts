/**
 * Endpoints that return one FHIR resource by its logical id.
 */
import type { AuditTrail, AuditTrailUnavailable } from "../../audit/AuditTrail.ts"
import type { AthenaError } from "../../errors/AthenaError.ts"
import type { Athena } from "../../http/Athena.ts"
import type { EndpointDescription } from "../../http/EndpointDescription.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import type { Subjects } from "../RecordKind.ts"
import {
  patientDataRecord,
  type RecordDescription,
  type RecordEndpoint,
  type RecordQuery,
  referenceRecord
} from "../record.ts"
import { type ResourceKind, within } from "./ResourceKind.ts"

export interface ResourceDescription<Query extends RecordQuery, A> extends EndpointDescription {
  readonly resource: ResourceKind<A>
  /** The logical id that is read. */
  readonly logicalId: (query: Query) => string
  /** Whose data is asked for. */
  readonly asked: (query: Query) => Subjects
}

/** The description as a record's, of one practice's resources or of anybody's. */
const recordOf = <Query extends RecordQuery, A>(
  description: ResourceDescription<Query, A>,
  practiceId: PracticeId | undefined
): RecordDescription<Query, A> => ({
  ...description,
  kind: within(description.resource, practiceId),
  pathOf: (query) => ({ logicalid: description.logicalId(query) }),
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
  description: ResourceDescription<Query, A>
): RecordEndpoint<Query, A, AthenaError, Athena> => ({
  description: recordOf(description, undefined),
  kindFor: (query) => within(description.resource, query.practiceId),
  read: (query) => referenceRecord(recordOf(description, query.practiceId)).read(query)
})
