/**
 * Which topics of the event platform a mutation fires (dossier H.3). There is no `Appointment.create` and no
 * `Appointment.delete`: a new open slot, and an appointment that is deleted, are told to nobody.
 *
 * `[assumed]`: that a freed appointment is told as an update, that a rescheduled one is told under both of its ids, and
 * which documents a visit leaves behind.
 */
import { claimIdOf, documentIdOf, encounterIdOf } from "../world/derivedIds.ts"
import type { Occurrence } from "../world/Occurrences.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Mutation, MutationResult } from "./Mutation.ts"

/** A topic, and the id of its record, made of the appointment's. */
type OfAppointment = readonly [topic: string, localIdOf: (appointmentId: number) => number]

const itself = (appointmentId: number): number => appointmentId
const documentOf = (kind: Parameters<typeof documentIdOf>[1]) => (appointmentId: number) =>
  documentIdOf(appointmentId, kind)

const update: ReadonlyArray<OfAppointment> = [["Appointment.update", itself]]

const ofAppointments: Partial<Readonly<Record<Mutation["kind"], ReadonlyArray<OfAppointment>>>> = {
  book: [
    ["Appointment.schedule", itself],
    ["PatientCase.create", documentOf("patientCase")]
  ],
  move: update,
  cancel: [
    ["Appointment.cancel", itself],
    ["PatientCase.create", documentOf("patientCase")]
  ],
  reschedule: [["Appointment.schedule", itself]],
  free: update,
  freeze: [["Appointment.freeze", itself]],
  unfreeze: [["Appointment.unfreeze", itself]],
  startCheckIn: update,
  checkIn: [
    ["Appointment.check-in", itself],
    ["Encounter.check-in", encounterIdOf]
  ],
  checkOut: [
    ["Appointment.check-out", itself],
    ["Encounter.signoff", encounterIdOf],
    ["Claim.create", claimIdOf],
    ["LabResult.create", documentOf("labResult")],
    ["Order.submit", documentOf("order")],
    ["Prescription.create", documentOf("prescription")]
  ],
  confirm: update,
  addNote: update,
  updateNote: update,
  deleteNote: update,
  touch: update
}

const ofPatients: Partial<Readonly<Record<Mutation["kind"], string>>> = {
  addPatient: "Patient.create",
  updatePatient: "Patient.update",
  mergePatients: "Patient.merge",
  deletePatient: "Patient.delete"
}

const ofProviders: Partial<Readonly<Record<Mutation["kind"], string>>> = {
  addProvider: "Provider.create",
  updateProvider: "Provider.update",
  deleteProvider: "Provider.delete",
  undeleteProvider: "Provider.undelete"
}

/** The mutations that fire a topic. None for what does not happen by itself in the simulated world. */
export const mutationsOf = (topic: string): ReadonlyArray<string> => [
  ...Object.entries(ofAppointments)
    .filter(([, fired]) => fired.some(([name]) => name === topic))
    .map(([kind]) => kind),
  ...Object.entries({ ...ofPatients, ...ofProviders })
    .filter(([, name]) => name === topic)
    .map(([kind]) => kind),
  ...(topic === "Appointment.reschedule" ? ["reschedule"] : [])
]

/** What happened by a mutation that was applied. `departmentBefore` and `patientBefore`: the appointment's before it. */
export const occurrencesOf = (
  practice: PracticeWorld,
  mutation: Mutation,
  result: MutationResult,
  before: { readonly departmentId: string | undefined; readonly patientId: number | undefined },
  now: number
): ReadonlyArray<Occurrence> => {
  const ofAppointment = (id: string, [topic, localIdOf]: OfAppointment): Occurrence => {
    const appointment = practice.appointments.get(Number(id))
    const patientId = appointment?.patientId ?? before.patientId
    return {
      practiceId: practice.id,
      topic,
      localId: String(localIdOf(Number(id))),
      patientId: patientId === undefined ? undefined : String(patientId),
      departmentId: appointment?.departmentId ?? before.departmentId,
      at: now
    }
  }
  const ofPatient = (id: string, topic: string): Occurrence => ({
    practiceId: practice.id,
    topic,
    localId: id,
    patientId: id,
    departmentId: practice.patients.get(Number(id))?.departmentId,
    at: now
  })
  const { appointmentId, patientId, providerId = "" } = result
  const fired = appointmentId === undefined ? [] : (ofAppointments[mutation.kind] ?? [])
  const patientTopic = ofPatients[mutation.kind]
  const providerTopic = ofProviders[mutation.kind]
  return [
    ...(providerTopic === undefined ? [] : [ofProvider(practice, providerId, providerTopic, now)]),
    ...(mutation.kind === "reschedule"
      ? [ofAppointment(mutation.appointmentId, ["Appointment.reschedule", itself])]
      : []),
    ...fired.map((one) => ofAppointment(appointmentId ?? "", one)),
    ...(patientTopic === undefined || patientId === undefined
      ? []
      : affected(mutation, patientId).map((id) => ofPatient(id, patientTopic)))
  ]
}

const ofProvider = (practice: PracticeWorld, localId: string, topic: string, now: number): Occurrence => ({
  practiceId: practice.id,
  topic,
  localId,
  patientId: undefined,
  departmentId: undefined,
  at: now
})

/** A merge is told of both records, the one that is no more first. */
const affected = (mutation: Mutation, patientId: string): ReadonlyArray<string> =>
  mutation.kind === "mergePatients" ? [...new Set([mutation.patientId, mutation.intoPatientId])] : [patientId]
