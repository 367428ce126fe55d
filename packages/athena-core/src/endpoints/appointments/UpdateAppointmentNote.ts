import { Effect, type Redacted, Stream } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { NoteId } from "../../ids/NoteId.ts"
import { reveal } from "../../phi/reveal.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentNoteKind } from "./AppointmentNote.ts"
import { acknowledged } from "./acknowledged.ts"
import { ListAppointmentNotes } from "./ListAppointmentNotes.ts"
import { saysTheSame } from "./saysTheSame.ts"

export interface UpdateAppointmentNoteQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
  readonly noteId: NoteId
  readonly text: Redacted.Redacted
  /** Shows it on the practice's home page. */
  readonly isOnSchedule?: boolean
}

/**
 * Replaces the text of a note. Path and parameters are documented, its answer is taken to be like that of a new note.
 *
 * After a lost answer it happened if the note has this text now.
 */
export const UpdateAppointmentNote = patientDataWrite(
  {
    name: "UpdateAppointmentNote",
    verb: "PUT",
    path: "/v1/{practiceid}/appointments/{appointmentid}/notes/{noteid}",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-notes#Update-appointment-note",
    evidence: "inferred",
    repeat: "never",
    action: "U",
    phi: appointmentNoteKind.phi,
    auditedParameters: ["displayonschedule"],
    pathOf: (query: UpdateAppointmentNoteQuery) => ({ appointmentid: query.appointmentId, noteid: query.noteId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: (query) => ({
      notetext: reveal(query.text, "request"),
      ...(query.isOnSchedule === undefined ? {} : { displayonschedule: String(query.isOnSchedule) })
    }),
    readAnswer: acknowledged
  },
  (query) =>
    Effect.map(Stream.runCollect(ListAppointmentNotes.records(query)), (notes) => {
      const note = notes.find(({ noteId }) => noteId === query.noteId)
      if (note === undefined) return cannotBeTold("the note is not there any more")
      return saysTheSame(note, query.text) ? happened<void>(undefined) : didNotHappen
    })
)
