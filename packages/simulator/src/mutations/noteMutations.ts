/** What happens to the notes of an appointment. */
import type { Appointment, AppointmentNote } from "../world/Appointment.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Applied } from "./Applied.ts"
import { put, withPatient } from "./appointmentMutations.ts"
import type { AddNote, DeleteNote, UpdateNote } from "./Mutation.ts"

export const addNote = (practice: PracticeWorld, mutation: typeof AddNote.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  const note = {
    id: 1000 + appointment.notes.length,
    text: mutation.text,
    createdAt: now,
    isOnSchedule: mutation.isOnSchedule ?? false
  }
  return put(practice, { ...appointment, notes: [...appointment.notes, note] }, now)
}

export const updateNote = (practice: PracticeWorld, mutation: typeof UpdateNote.Type, now: number): Applied =>
  changeNote(practice, mutation, now, (note) => ({
    ...note,
    text: mutation.text,
    isOnSchedule: mutation.isOnSchedule ?? note.isOnSchedule ?? false
  }))

export const deleteNote = (practice: PracticeWorld, mutation: typeof DeleteNote.Type, now: number): Applied =>
  changeNote(practice, mutation, now, (note) => ({ ...note, isDeleted: true }))

const changeNote = (
  practice: PracticeWorld,
  mutation: { readonly appointmentId: string; readonly noteId: string },
  now: number,
  change: (note: AppointmentNote) => AppointmentNote
): Applied => {
  const appointment: Appointment | string = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  const isIt = ({ id, isDeleted }: AppointmentNote) => String(id) === mutation.noteId && isDeleted !== true
  if (!appointment.notes.some(isIt)) return "there is no such note"
  return put(
    practice,
    { ...appointment, notes: appointment.notes.map((note) => (isIt(note) ? change(note) : note)) },
    now
  )
}
