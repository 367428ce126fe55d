/** What the feeds are told of a mutation that was applied. */
import type { Feeds } from "../world/Feeds.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Mutation, MutationResult } from "./Mutation.ts"

const appointmentEvents: Partial<Readonly<Record<Mutation["kind"], string>>> = {
  book: "ScheduleAppointment",
  openSlot: "AddAppointmentSlot",
  move: "UpdateAppointment",
  cancel: "CancelAppointment",
  reschedule: "ScheduleAppointment",
  free: "AddAppointmentSlot",
  freeze: "FreezeAppointment",
  unfreeze: "UnfreezeAppointment",
  delete: "DeleteAppointment",
  startCheckIn: "UpdateAppointment",
  checkIn: "CheckIn",
  checkOut: "CheckOut",
  confirm: "UpdateAppointment",
  addNote: "UpdateAppointment",
  updateNote: "UpdateAppointment",
  deleteNote: "UpdateAppointment",
  touch: "UpdateAppointment"
}

const patientEvents: Partial<Readonly<Record<Mutation["kind"], string>>> = {
  addPatient: "AddPatient",
  updatePatient: "UpdatePatient",
  mergePatients: "MergePatient",
  deletePatient: "DeletePatient"
}

const providerEvents: Partial<Readonly<Record<Mutation["kind"], string>>> = {
  addProvider: "ProviderAdd",
  updateProvider: "ProviderUpdate",
  deleteProvider: "ProviderDelete",
  undeleteProvider: "ProviderUndelete"
}

/** What follows from something that happens to an appointment: in which feeds, as which event. */
const consequences: Partial<Readonly<Record<Mutation["kind"], ReadonlyArray<readonly [keyof Feeds, string]>>>> = {
  book: [["patientCases", "PatientCaseAdd"]],
  cancel: [["patientCases", "PatientCaseAdd"]],
  checkOut: [
    ["claims", "UpdateClaim"],
    ["labResults", "LabResultAdd"],
    ["orders", "OrderAdd"],
    ["prescriptions", "PrescriptionAdd"],
    ["prescriptions", "PrescriptionUpdate"]
  ]
}

/** `departmentBefore`: that of the appointment before the mutation, in case that there is none after it. */
export const recordChanges = (
  practice: PracticeWorld,
  mutation: Mutation,
  result: MutationResult,
  departmentBefore: string | undefined,
  now: number
): void => {
  const ofAppointment = (event: string, id: string | undefined, feed: keyof Feeds = "appointments") => {
    if (id === undefined) return
    const departmentId = practice.appointments.get(Number(id))?.departmentId ?? departmentBefore
    practice.feeds[feed].record({ event, recordId: Number(id), departmentId }, now)
  }
  const ofPatient = (event: string, id: string | undefined) => {
    if (id === undefined) return
    const departmentId = practice.patients.get(Number(id))?.departmentId
    practice.feeds.patients.record({ event, recordId: Number(id), departmentId }, now)
  }
  const appointmentEvent = appointmentEvents[mutation.kind]
  if (mutation.kind === "reschedule") ofAppointment("CancelAppointment", mutation.appointmentId)
  if (appointmentEvent !== undefined) ofAppointment(appointmentEvent, result.appointmentId)
  for (const [feed, event] of consequences[mutation.kind] ?? []) ofAppointment(event, result.appointmentId, feed)
  const providerEvent = providerEvents[mutation.kind]
  if (providerEvent !== undefined) {
    practice.feeds.providers.record({ event: providerEvent, recordId: Number(result.providerId) }, now)
  }
  const patientEvent = patientEvents[mutation.kind]
  if (patientEvent === undefined) return
  ofPatient(patientEvent, result.patientId)
  if (mutation.kind !== "mergePatients") return
  for (const id of [mutation.patientId, mutation.intoPatientId]) {
    if (id !== result.patientId) ofPatient(patientEvent, id)
  }
}
