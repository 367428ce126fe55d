/**
 * Which record an event is about: told by an identifier of `/v1`, by a FHIR reference, or by both.
 *
 * A record of another type than the topic's is a form that is not understood: its id, asked for under the topic's type,
 * would be a stranger's. Names of types that nobody has seen yet are let through, since most of them are assumed.
 */
import {
  type FhirReference,
  type ProprietaryId,
  parseFhirId,
  parseFhirReference,
  parseProprietaryId,
  printFhirId
} from "../ids/FhirId.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { field, shortText } from "./json.ts"
import { type EventRecordType, eventRecordTypes } from "./topics.ts"

/** The record of an event. */
export interface EventFocus {
  readonly resourceId: string
  readonly logicalId: string | undefined
  /** The practices that it names; more than one, if it contradicts itself. */
  readonly practiceIds: ReadonlyArray<PracticeId>
  /** Whether it can be a record of the type. */
  readonly isOf: (type: EventRecordType) => boolean
}

const knownEntities = new Set(eventRecordTypes.map(({ entity }) => entity))
const knownFhirTypes = new Set(eventRecordTypes.map(({ fhirType }) => fhirType))

/** Kinds of logical ids that name something else than the record of an event. */
const neverFocused = new Set(["department", "csg", "practice"])
const patientKind = "e"

/** Reads the focus of an event, or the entity of its AuditEvent, which says the same. */
export const eventFocus = (focus: unknown): EventFocus | undefined => {
  const identifier = field(focus, "identifier")
  const value = shortText(field(identifier, "value")) ?? ""
  // Where the value is a logical id, `/v1` knows its last part.
  const logicalValue = parseFhirId(value)
  const system = shortText(field(identifier, "system")) ?? ""
  const proprietary = parseProprietaryId(system, logicalValue?.localId ?? value)
  const reference =
    parseFhirReference(shortText(field(focus, "reference")) ?? "") ??
    (logicalValue === undefined ? undefined : { resourceType: undefined, id: logicalValue })
  const resourceId = proprietary?.localId ?? reference?.id.localId
  if (resourceId === undefined) return undefined
  const named = [proprietary?.practiceId, reference?.id.practiceId, logicalValue?.practiceId]
  return {
    resourceId,
    logicalId: reference === undefined ? undefined : printFhirId(reference.id),
    practiceIds: named.filter((id) => id !== undefined),
    isOf: (type) => isEntityOf(proprietary, type) && isReferenceTo(reference, type)
  }
}

const isEntityOf = (id: ProprietaryId | undefined, type: EventRecordType): boolean =>
  id === undefined || id.entity === type.entity || !knownEntities.has(id.entity)

const isReferenceTo = (reference: FhirReference | undefined, type: EventRecordType): boolean => {
  if (reference === undefined) return true
  const { id, resourceType } = reference
  const kind = id.kind.toLowerCase()
  if (neverFocused.has(kind) || (kind === patientKind) !== (type.fhirType === "Patient")) return false
  return resourceType === undefined || resourceType === type.fhirType || !knownFhirTypes.has(resourceType)
}
