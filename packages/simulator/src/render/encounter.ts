/** Encounters as recordings show them: one for each appointment whose patient came. */
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, isoDate, usDate } from "../world/calendar.ts"
import { encounterIdOf } from "../world/derivedIds.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"

export const hasEncounter = (appointment: Appointment): boolean =>
  appointment.patientId !== undefined && ["2", "3", "4"].includes(appointment.status)

/** The record, ready for `vendorJson`. It does not name the patient. */
export const encounterRecord = (practice: PracticeWorld, appointment: Appointment): object => ({
  encounterid: encounterIdOf(appointment.id),
  encountertype: "VISIT",
  status: appointment.status === "2" ? "OPEN" : "CLOSED",
  stage: "INTAKE",
  appointmentid: appointment.id,
  appointmentstartdate: `${isoDate(appointment.day)}T${clockTime(appointment.minutes)}:00-04:00`,
  encounterdate: usDate(appointment.day),
  encountervisitname: practice.appointmentTypes.get(appointment.typeId)?.patientName,
  departmentid: Number(appointment.departmentId),
  providerid: Number(appointment.providerId),
  lastupdated: usDate(appointment.day + 1),
  diagnoses: []
})
