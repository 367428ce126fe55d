/** Applies one mutation to the world, wholly or not at all. */
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { World } from "../world/World.ts"
import type { Applied } from "./Applied.ts"
import * as Appointments from "./appointmentMutations.ts"
import { type Mutation, MutationRefused, type MutationResult } from "./Mutation.ts"
import * as Notes from "./noteMutations.ts"
import * as Patients from "./patientMutations.ts"
import * as Providers from "./providerMutations.ts"
import { recordChanges } from "./recordChanges.ts"
import { occurrencesOf } from "./topicsOf.ts"

/** `now` is the world's time in epoch milliseconds. Answers with the refusal rather than throwing it. */
export const applyMutation = (world: World, mutation: Mutation, now: number): MutationResult | MutationRefused => {
  const practice = world.practices.get(mutation.practiceId)
  if (practice === undefined) return refused(mutation, "there is no such practice")
  const before = "appointmentId" in mutation ? practice.appointments.get(Number(mutation.appointmentId)) : undefined
  const applied = apply(practice, mutation, now)
  if (typeof applied === "string") return refused(mutation, applied)
  const result = { practiceId: practice.id, ...applied }
  recordChanges(practice, mutation, result, before?.departmentId, now)
  const was = { departmentId: before?.departmentId, patientId: before?.patientId }
  for (const occurrence of occurrencesOf(practice, mutation, result, was, now)) world.occurrences.add(occurrence)
  return result
}

const apply = (practice: PracticeWorld, mutation: Mutation, now: number): Applied => {
  switch (mutation.kind) {
    case "book":
      return Appointments.book(practice, mutation, now)
    case "openSlot":
      return Appointments.openSlot(practice, mutation)
    case "move":
      return Appointments.move(practice, mutation, now)
    case "cancel":
      return Appointments.cancel(practice, mutation, now)
    case "reschedule":
      return Appointments.reschedule(practice, mutation, now)
    case "free":
      return Appointments.free(practice, mutation)
    case "delete":
      return Appointments.remove(practice, mutation)
    case "freeze":
      return Appointments.freeze(practice, mutation, true)
    case "unfreeze":
      return Appointments.freeze(practice, mutation, false)
    case "startCheckIn":
      return Appointments.startCheckIn(practice, mutation, now)
    case "checkIn":
      return Appointments.checkIn(practice, mutation, now)
    case "checkOut":
      return Appointments.checkOut(practice, mutation, now)
    case "confirm":
      return Appointments.confirm(practice, mutation, now)
    case "addNote":
      return Notes.addNote(practice, mutation, now)
    case "updateNote":
      return Notes.updateNote(practice, mutation, now)
    case "deleteNote":
      return Notes.deleteNote(practice, mutation, now)
    case "touch":
      return Appointments.touch(practice, mutation, now)
    case "addPatient":
      return Patients.addPatient(practice, mutation, now)
    case "updatePatient":
      return Patients.updatePatient(practice, mutation)
    case "mergePatients":
      return Patients.mergePatients(practice, mutation, now)
    case "deletePatient":
      return Patients.deletePatient(practice, mutation)
    case "addProvider":
      return Providers.addProvider(practice, mutation)
    case "updateProvider":
      return Providers.updateProvider(practice, mutation)
    case "deleteProvider":
      return Providers.deleteProvider(practice, mutation, true)
    case "undeleteProvider":
      return Providers.deleteProvider(practice, mutation, false)
  }
}

const refused = (mutation: Mutation, reason: string) =>
  new MutationRefused({ kind: mutation.kind, practiceId: mutation.practiceId, reason })
