/**
 * A kind of FHIR resource. Other than the records of `/v1`, a practice's resource says in its id which practice it is of,
 * and that must be the practice that was asked: resources of another one are set aside, whoever sent them.
 */
import { Result, Schema, SchemaIssue } from "effect"
import { type FhirId, parseFhirId } from "../../ids/FhirId.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import type { NoPhi, PhiFields } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import type { WireRecord } from "../../wire/columns.ts"
import { noSubjects, type RecordKind, type Subjects } from "../RecordKind.ts"

/** What a practice's resources are handed over with. */
export interface FhirResource {
  /** The logical id, taken apart. */
  readonly id: FhirId
  /** The resource as sent, less what is never stored. */
  readonly raw: SealedRecord
}

export interface ResourceKind<A> {
  /** FHIR's name: `Patient`. */
  readonly resourceType: string
  readonly phi: PhiFields
  /** Of which practice a resource is; undefined where it is nobody's own. */
  readonly practiceOf: (resource: A) => PracticeId | undefined
  readonly decode: (wire: WireRecord, raw: SealedRecord) => Result.Result<A, Schema.SchemaError>
  /** Whose data it is, given that it is the asked practice's; read leniently. `id` is what its logical id says. */
  readonly subjects: (wire: WireRecord, practiceId: PracticeId, id: FhirId | undefined) => Subjects
}

/** A kind of resource without a patient behind it. */
export interface ReferenceResourceKind<A> extends ResourceKind<A> {
  readonly phi: NoPhi
}

const logicalIdOf = (wire: WireRecord): FhirId | undefined => {
  const { id } = wire as { readonly id?: unknown }
  return typeof id === "string" ? parseFhirId(id) : undefined
}

const ofAnotherPractice = new Schema.SchemaError(
  new SchemaIssue.Pointer(
    ["id"],
    new SchemaIssue.InvalidValue({ message: "expected a resource of the practice that was asked" })
  )
)

/** The kind as one practice's resources are read; without a practice, as anybody's. */
export const within = <A, Phi extends PhiFields>(
  kind: ResourceKind<A> & { readonly phi: Phi },
  asked: PracticeId | undefined
): RecordKind<A> & { readonly phi: Phi } => ({
  name: kind.resourceType,
  phi: kind.phi,
  idKey: "id",
  decode: (wire, raw) =>
    Result.flatMap(kind.decode(wire, raw), (resource) =>
      asked === undefined || (kind.practiceOf(resource) ?? asked) === asked
        ? Result.succeed(resource)
        : Result.fail(ofAnotherPractice)
    ),
  subjects: (wire) => {
    const id = logicalIdOf(wire)
    const practiceId = asked ?? id?.practiceId
    // An id of another practice's patient would name a stranger in this practice's trail.
    if (practiceId === undefined || (id !== undefined && id.practiceId !== practiceId)) return noSubjects
    return kind.subjects(wire, practiceId, id)
  }
})
