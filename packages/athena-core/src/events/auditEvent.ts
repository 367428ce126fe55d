/**
 * What the AuditEvent of an event adds to it: whose it is, which patient it is about, and where it happened. Who did it is
 * not read: it is the name of a user.
 */
import { type FhirId, parseFhirReference } from "../ids/FhirId.ts"
import { isOpaqueId } from "../ids/OpaqueId.ts"
import { isTopicName } from "../ids/TopicName.ts"
import { type EventFocus, eventFocus } from "./eventFocus.ts"
import { field, items, shortText } from "./json.ts"

export interface AuditEvent {
  readonly id: string
  readonly topic: string | undefined
  readonly recorded: unknown
  /** The practice whose subscription it is. */
  readonly observer: FhirId | undefined
  readonly patient: FhirId | undefined
  readonly department: FhirId | undefined
  readonly focus: EventFocus | undefined
}

/** Reads an entry's resource; `undefined` if it is no AuditEvent, or one without an id. */
export const auditEvent = (resource: unknown): AuditEvent | undefined => {
  const id = shortText(field(resource, "id"))
  if (field(resource, "resourceType") !== "AuditEvent" || id === undefined || !isOpaqueId(id)) return undefined
  const topic = shortText(field(field(resource, "type"), "code"))
  const extensions = items(field(resource, "extension"))
  return {
    id,
    topic: topic !== undefined && isTopicName(topic) ? topic : undefined,
    recorded: field(resource, "recorded"),
    observer: ofKind("Practice", referred(field(field(resource, "source"), "observer"))),
    patient: ofKind("E", extended(extensions, patientExtension)),
    department:
      ofKind("Department", extended(extensions, departmentExtension)) ??
      ofKind("Department", referred(field(items(field(resource, "agent"))[0], "location"))),
    focus: first(items(field(resource, "entity")), (entity) => eventFocus(field(entity, "what")))
  }
}

/** Documented with `http`, sent with `https`. */
const patientExtension = /^https?:\/\/hl7\.org\/fhir\/5\.0\/StructureDefinition\/extension-AuditEvent\.patient$/
const departmentExtension = /^https?:\/\/fhir\.athena\.io\/StructureDefinition\/ah-department$/

const first = <A, B>(all: ReadonlyArray<A>, read: (one: A) => B | undefined): B | undefined => {
  for (const one of all) {
    const result = read(one)
    if (result !== undefined) return result
  }
  return undefined
}

const referred = (value: unknown): FhirId | undefined =>
  parseFhirReference(shortText(field(value, "reference")) ?? "")?.id

const extended = (extensions: ReadonlyArray<unknown>, url: RegExp): FhirId | undefined =>
  first(extensions, (extension) =>
    url.test(shortText(field(extension, "url")) ?? "") ? referred(field(extension, "valueReference")) : undefined
  )

const ofKind = (kind: string, id: FhirId | undefined): FhirId | undefined =>
  id?.kind.toLowerCase() === kind.toLowerCase() ? id : undefined
