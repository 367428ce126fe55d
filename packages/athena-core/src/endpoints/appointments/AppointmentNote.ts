/**
 * A note on an appointment: free text of staff and patients.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/appointment-notes
 */
import { NoteId } from "../../ids/NoteId.ts"
import { easternStamp } from "../../time/easternStamp.ts"
import { optional, required } from "../../wire/columns.ts"
import { flag } from "../../wire/flag.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"

const noteColumns = {
  noteId: required("noteid", opaqueIdentifier(NoteId)),
  createdAt: optional("created", easternStamp),
  /** A user name of the practice, `API-2834` for an app. */
  createdBy: optional("createdby", text),
  /** Shown on the practice's home page. */
  isOnSchedule: optional("displayonschedule", flag)
}

const noteDetails = { text: optional("notetext", text) }

export type AppointmentNote = RecordOf<typeof noteColumns, typeof noteDetails>

export const appointmentNoteKind = kindOfColumns({
  name: "appointmentnote",
  idKey: "noteid",
  phi: { identifying: ["notetext"], linked: ["noteid", "created"], none: ["createdby", "displayonschedule"] },
  columns: noteColumns,
  details: noteDetails
})
