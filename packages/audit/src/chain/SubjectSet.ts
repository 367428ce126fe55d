/**
 * Whose data an event concerns: the patients and appointments of one page, as a set.
 *
 * A nightly page names the same thousand patients each time, so a set is stored once, under the
 * hash of its content, and entries refer to it. The hash is part of the entry's canonical bytes:
 * a set cannot change under the entries that refer to it.
 */
import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import type { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { storableText } from "../event/storableText.ts"
import { canonicalJson } from "./CanonicalJson.ts"
import { hashSubjectSet } from "./EntryHash.ts"

/** Ids are sorted by UTF-16 code units and hold no duplicates; at least one list is not empty. */
export interface SubjectSet {
  /** SHA-256 in lower-case hex. */
  readonly hash: string
  readonly patientIds: ReadonlyArray<string>
  readonly appointmentIds: ReadonlyArray<string>
}

const sortedSet = (lists: ReadonlyArray<ReadonlyArray<string>>) => [...new Set(lists.flat().map(storableText))].sort()

/** The bytes whose hash names a set; see `docs/audit-format.md`. */
export const canonicalSubjectSet = (set: Pick<SubjectSet, "patientIds" | "appointmentIds">): Uint8Array =>
  canonicalJson({ appointmentIds: set.appointmentIds, patientIds: set.patientIds })

/** Whose ids are known before the call and whose it returned, together. */
export interface Subjects {
  readonly patientIds: ReadonlyArray<PatientId>
  readonly appointmentIds: ReadonlyArray<AppointmentId>
}

/** One set of all ids in `subjects`; `null` when there are none. */
export const subjectSetOf = (...subjects: ReadonlyArray<Subjects>): SubjectSet | null => {
  const patientIds = sortedSet(subjects.map((subject) => subject.patientIds))
  const appointmentIds = sortedSet(subjects.map((subject) => subject.appointmentIds))
  if (patientIds.length === 0 && appointmentIds.length === 0) return null
  return { hash: hashSubjectSet(canonicalSubjectSet({ patientIds, appointmentIds })), patientIds, appointmentIds }
}
