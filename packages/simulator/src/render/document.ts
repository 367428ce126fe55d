/**
 * Documents that visits leave behind, as recordings of the changed feeds show them: an order, a prescription and a lab
 * result of each that ended, and a patient case of each booking and cancelling. Ids are numbers in three of them.
 */
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, isoDate, usDate } from "../world/calendar.ts"
import { draw } from "../world/random.ts"
import { encounterIdOf } from "./encounter.ts"

/** Documents have ids of their own, which follow from the appointment's. */
const documentId = (appointment: Appointment, kind: number): number => (appointment.id - 4_400_000) * 10 + kind

const stamp = (day: number, minutes: number): string => `${isoDate(day)}T${clockTime(minutes % 1440)}:00-04:00`

export const labResultDocument = (appointment: Appointment): object => ({
  labresultid: documentId(appointment, 1),
  patientid: appointment.patientId,
  departmentid: appointment.departmentId,
  providerid: Number(appointment.providerId),
  encounterid: String(encounterIdOf(appointment)),
  status: draw(95, appointment.id) % 2 === 0 ? "CLOSED" : "REVIEW",
  priority: "2",
  observationdate: usDate(appointment.day),
  observationdatetime: stamp(appointment.day, appointment.minutes),
  createddate: usDate(appointment.day),
  createddatetime: stamp(appointment.day, appointment.minutes + 20),
  lastmodifieddate: usDate(appointment.day),
  lastmodifieddatetime: stamp(appointment.day, appointment.minutes + 30),
  internalnote: "Call when it is in.",
  documentroute: "FAX",
  documentsource: "MANUAL"
})

const orderOf = (appointment: Appointment, kind: number, description: string): object => ({
  documentid: documentId(appointment, kind),
  patientid: appointment.patientId,
  departmentid: Number(appointment.departmentId),
  encounterid: encounterIdOf(appointment),
  status: "REVIEW",
  description,
  documentationonly: "n",
  orderingprovider: "API-2834",
  externalnote: "Take with food.",
  // In prescriptions a stamp of 12 hours is sent as well.
  dateordered: `${usDate(appointment.day)} 11:33 AM`
})

export const orderDocument = (appointment: Appointment): object => orderOf(appointment, 2, "Complete blood count")

export const prescriptionDocument = (appointment: Appointment): object =>
  orderOf(appointment, 3, "Placebrin 100 mg capsule")

export const patientCaseDocument = (appointment: Appointment): object => ({
  patientcaseid: String(documentId(appointment, 4)),
  patientid: appointment.patientId,
  departmentid: appointment.departmentId,
  status: appointment.status === "x" ? "CLOSED" : "REVIEW",
  createddate: usDate(appointment.day),
  patientcasetype: "PATIENTCASE_OTHER",
  subject: "Appointment booked or cancelled",
  description: `Appointment Date: ${usDate(appointment.day)}\nAppointment Time: ${clockTime(appointment.minutes)}\n`
})
