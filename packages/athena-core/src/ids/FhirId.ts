/**
 * The ids that athenahealth's FHIR server and its event notifications use, taken apart and put together.
 *
 * | form | example | names |
 * | --- | --- | --- |
 * | logical id | `a-195900.E-60178` | patient 60178 of practice 195900 |
 * | | `a-195900.encounter-35840`, `a-195900.Department-150`, `a-195900.CSG-42` | encounter, department, chart sharing group |
 * | | `a-1.Practice-195900` | the practice itself: its prefix is the pseudo-practice 1 |
 * | reference | `Patient/a-195900.E-60178`, relative, absolute or with a version | the same, with the type of resource |
 * | identifier | `urn:athenahealth:athenanet:appointment:195900` and `2` | a record of `/v1`: appointment 2 |
 *
 * A logical id holds the patient's id, so it is patient data as the id itself is. What was parsed names a practice; whoever
 * calls back must compare it with the practice that was meant.
 *
 * Source: https://github.com/athenahealth/aone-fhir-subscriptions (README, 4.1 and 6.1) and recorded traffic.
 */
import { isOpaqueId } from "./OpaqueId.ts"
import type { PatientId } from "./PatientId.ts"
import { PracticeId } from "./PracticeId.ts"

/** A record of a practice, as FHIR names it. */
export interface FhirId {
  readonly practiceId: PracticeId
  /** `E` a patient, `encounter`, `Department`, `CSG`, `Practice`; in the vendor's spelling, which is not FHIR's. */
  readonly kind: string
  /** The id that `/v1` knows it by. */
  readonly localId: string
}

/** A record of `/v1`, as notifications name it. */
export interface ProprietaryId {
  readonly practiceId: PracticeId
  /** `appointment`, `order`, `patient` … in lower case, singular. */
  readonly entity: string
  readonly localId: string
}

/** A reference, with the type of its resource where it says it. */
export interface FhirReference {
  readonly resourceType: string | undefined
  readonly id: FhirId
}

const logicalForm = /^a-(\d{1,12})\.([A-Za-z][A-Za-z0-9]{0,40})-([A-Za-z0-9._:~-]{1,64})$/

/** The kind of logical ids that name patients. */
const patientKind = "E"
const practiceKind = "Practice"
/** Practices are named under it. */
const pseudoPractice = "1"

const isPracticeId = (text: string): text is PracticeId => /^\d{1,12}$/.test(text)

/** Takes a logical id apart; `undefined` when it is none. */
export const parseFhirId = (text: string): FhirId | undefined => {
  const [, prefix, kind, localId] = logicalForm.exec(text.trim()) ?? []
  if (prefix === undefined || kind === undefined || localId === undefined || !isOpaqueId(localId)) return undefined
  if (kind !== practiceKind) return { practiceId: PracticeId.make(prefix), kind, localId }
  return prefix === pseudoPractice && isPracticeId(localId) ? { practiceId: localId, kind, localId } : undefined
}

/** The text of a logical id. `parseFhirId` reads it back. */
export const printFhirId = ({ kind, localId, practiceId }: FhirId): string =>
  `a-${kind === practiceKind ? pseudoPractice : practiceId}.${kind}-${localId}`

/**
 * Takes a reference apart: `Patient/a-195900.E-1`, the same with a host before it or `/_history/…` after it, or the bare
 * logical id. The host is not looked at: notifications of one environment may name another's.
 */
export const parseFhirReference = (text: string): FhirReference | undefined => {
  const segments = text
    .trim()
    .replace(/\/_history\/[^/]*$/, "")
    .split("/")
  const id = parseFhirId(segments.at(-1) ?? "")
  if (id === undefined) return undefined
  const resourceType = segments.at(-2)
  if (resourceType === undefined) return { resourceType: undefined, id }
  return /^[A-Z][A-Za-z]{1,60}$/.test(resourceType) ? { resourceType, id } : undefined
}

/**
 * Takes an identifier of notifications apart. Older samples have one more segment and plurals
 * (`urn:athenahealth:athenanet:api:appointments:195900`); they are read as the same.
 */
export const parseProprietaryId = (system: string, value: string): ProprietaryId | undefined => {
  const [, isOld, entity, practiceId] =
    /^urn:athenahealth:athenanet:(api:)?(\w{1,60}):(\d{1,12})$/.exec(system.trim()) ?? []
  const localId = value.trim()
  if (entity === undefined || practiceId === undefined || !isOpaqueId(localId)) return undefined
  const singular = isOld === undefined ? entity : entity.replace(/s$/, "")
  return { practiceId: PracticeId.make(practiceId), entity: singular.toLowerCase(), localId }
}

/** The logical id of a patient: `a-195900.E-60178`. */
export const fhirPatientId = (practiceId: PracticeId, patientId: PatientId): string =>
  printFhirId({ practiceId, kind: patientKind, localId: patientId })

/** The patient behind a logical id or reference; `undefined` if it names something else, or a patient of another practice. */
export const patientIdIn = (text: string, practiceId: PracticeId): PatientId | undefined => {
  const id = parseFhirReference(text)?.id
  return id?.kind === patientKind && id.practiceId === practiceId ? (id.localId as PatientId) : undefined
}

/** How searches and subscriptions name a practice: `Organization/a-1.Practice-195900`. */
export const practiceReference = (practiceId: PracticeId): string =>
  `Organization/${printFhirId({ practiceId, kind: practiceKind, localId: practiceId })}`
