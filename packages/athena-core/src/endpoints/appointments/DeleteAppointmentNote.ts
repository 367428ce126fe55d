import { Effect, Stream } from "effect"
import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { NoteId } from "../../ids/NoteId.ts"
import { didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { appointmentNoteKind } from "./AppointmentNote.ts"
import { acknowledged } from "./acknowledged.ts"
import { ListAppointmentNotes } from "./ListAppointmentNotes.ts"

export interface DeleteAppointmentNoteQuery extends WriteQuery {
  readonly appointmentId: AppointmentId
  readonly noteId: NoteId
}

/**
 * Deletes a note; `ListAppointmentNotes` can still show it. Its path is documented, its answer is taken to be like that of
 * a new note.
 *
 * After a lost answer it happened if the note is no longer listed.
 */
export const DeleteAppointmentNote = patientDataWrite(
  {
    name: "DeleteAppointmentNote",
    verb: "DELETE",
    path: "/v1/{practiceid}/appointments/{appointmentid}/notes/{noteid}",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-notes#Delete-appointment-note",
    evidence: "inferred",
    repeat: "never",
    action: "D",
    phi: appointmentNoteKind.phi,
    auditedParameters: [],
    pathOf: (query: DeleteAppointmentNoteQuery) => ({ appointmentid: query.appointmentId, noteid: query.noteId }),
    asked: (query) => ({ patientIds: [], appointmentIds: [query.appointmentId] }),
    form: () => ({}),
    readAnswer: acknowledged
  },
  (query) =>
    Effect.map(Stream.runCollect(ListAppointmentNotes.records({ ...query, showDeleted: false })), (notes) =>
      notes.some(({ noteId }) => noteId === query.noteId) ? didNotHappen : happened<void>(undefined)
    )
)
