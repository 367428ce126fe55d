/** `/v1/{practiceid}/appointments/{appointmentid}/notes`, and what is done to them. */
import { missingFields, refusedWrite, unknownRecord } from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"
import { plantMarker } from "../render/plantMarker.ts"
import type { AppointmentNote } from "../world/Appointment.ts"
import { easternStamp } from "../world/easternTime.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

/** All at once; deleted ones only with `showdeleted`. */
export const appointmentNotes = (context: RouteContext): RouteAnswer => {
  const { appointmentId, appointment } = addressed(context)
  if (appointment === undefined) return refuse(unknownRecord(404, "appointment"))
  const showDeleted = context.query.flag("showdeleted")
  const notes = appointment.notes.filter(({ isDeleted }) => showDeleted || isDeleted !== true)
  const records = notes.map((note) => noteRecord(note, appointment.scheduledAt ?? context.now, appointmentId))
  const { marker } = context
  return {
    _tag: "Page",
    recordsKey: "notes",
    totalCount: notes.length,
    next: undefined,
    previous: undefined,
    rows: records.map((record) => vendorJson(marker === undefined ? record : plantMarker(record, marker))),
    patientIds: appointment.patientId === undefined ? [] : [String(appointment.patientId)]
  }
}

export const createNote = (context: RouteContext): RouteAnswer => {
  const text = context.query.text("notetext")
  return text === undefined ? refuse(missingFields(["notetext"])) : changed(context, { kind: "addNote", text })
}

export const updateNote = (context: RouteContext): RouteAnswer => {
  const text = context.query.text("notetext")
  return text === undefined ? refuse(missingFields(["notetext"])) : changed(context, { kind: "updateNote", text })
}

export const deleteNote = (context: RouteContext): RouteAnswer => changed(context, { kind: "deleteNote" })

type NoteChange =
  | { readonly kind: "addNote"; readonly text: string }
  | { readonly kind: "updateNote"; readonly text: string }
  | { readonly kind: "deleteNote" }

const changed = (context: RouteContext, change: NoteChange): RouteAnswer => {
  const { appointmentId, appointment } = addressed(context)
  if (appointment === undefined) return refuse(unknownRecord(404, "appointment"))
  const target = { practiceId: context.practice.id, appointmentId }
  const isOnSchedule = context.query.flag("displayonschedule")
  const result = context.mutate(
    change.kind === "addNote"
      ? { ...change, ...target, isOnSchedule }
      : change.kind === "updateNote"
        ? { ...change, ...target, isOnSchedule, noteId: context.id }
        : { ...change, ...target, noteId: context.id }
  )
  return "reason" in result ? refuse(refusedWrite(result.reason)) : { _tag: "Body", body: `{"success":"true"}` }
}

/** The path may end with the note's id. */
const addressed = (context: RouteContext) => {
  const appointmentId = /\/appointments\/([^/]+)\/notes/.exec(context.path)?.[1] ?? ""
  return { appointmentId, appointment: context.practice.appointments.get(Number(appointmentId)) }
}

const noteRecord = (note: AppointmentNote, otherwiseAt: number, appointmentId: string): object => ({
  displayonschedule: note.isOnSchedule ?? false,
  notetext: note.text,
  noteid: String(note.id),
  created: easternStamp(note.createdAt ?? otherwiseAt),
  createdby: note.createdAt === undefined ? `frontdesk${(Number(appointmentId) % 6) + 1}` : "API-2834"
})
