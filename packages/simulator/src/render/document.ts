/**
 * Documents that visits leave behind, as recordings of the changed feeds show them: an order, a prescription and a lab
 * result of each that ended, and a patient case of each booking and cancelling. Ids are numbers in three of them.
 */
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, isoDate, usDate } from "../world/calendar.ts"
import { documentIdOf, encounterIdOf } from "../world/derivedIds.ts"
import { draw } from "../world/random.ts"

const stamp = (day: number, minutes: number): string => `${isoDate(day)}T${clockTime(minutes % 1440)}:00-04:00`

export const labResultDocument = (appointment: Appointment): object => ({
  labresultid: documentIdOf(appointment.id, "labResult"),
  patientid: appointment.patientId,
  departmentid: appointment.departmentId,
  providerid: Number(appointment.providerId),
  encounterid: String(encounterIdOf(appointment.id)),
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

const orderOf = (appointment: Appointment, kind: "order" | "prescription", description: string): object => ({
  documentid: documentIdOf(appointment.id, kind),
  patientid: appointment.patientId,
  departmentid: Number(appointment.departmentId),
  encounterid: encounterIdOf(appointment.id),
  status: "REVIEW",
  description,
  documentationonly: "n",
  orderingprovider: "API-2834",
  externalnote: "Take with food.",
  // In prescriptions a stamp of 12 hours is sent as well.
  dateordered: `${usDate(appointment.day)} 11:33 AM`
})

export const orderDocument = (appointment: Appointment): object => orderOf(appointment, "order", "Complete blood count")

export const prescriptionDocument = (appointment: Appointment): object =>
  orderOf(appointment, "prescription", "Placebrin 100 mg capsule")

export const patientCaseDocument = (appointment: Appointment): object => ({
  patientcaseid: String(documentIdOf(appointment.id, "patientCase")),
  patientid: appointment.patientId,
  departmentid: appointment.departmentId,
  status: appointment.status === "x" ? "CLOSED" : "REVIEW",
  createddate: usDate(appointment.day),
  patientcasetype: "PATIENTCASE_OTHER",
  subject: "Appointment booked or cancelled",
  description: `Appointment Date: ${usDate(appointment.day)}\nAppointment Time: ${clockTime(appointment.minutes)}\n`
})
