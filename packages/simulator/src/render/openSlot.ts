/** Open slots as recordings show them (dossier F.10): ids are numbers nowadays and were text in older years. */
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, usDate } from "../world/calendar.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"

/** The record, ready for `vendorJson`. `reasons` are those asked for. */
export const openSlotRecord = (practice: PracticeWorld, slot: Appointment, reasons: ReadonlyArray<string>): object => {
  const id = (value: number | string): number | string =>
    practice.profile.olderSpelling ? String(value) : Number(value)
  const type = practice.appointmentTypes.get(slot.typeId)
  return {
    date: usDate(slot.day),
    appointmentid: id(slot.id),
    departmentid: id(slot.departmentId),
    appointmenttype: type?.name,
    providerid: id(slot.providerId),
    ...(practice.profile.olderSpelling ? {} : { localproviderid: id(slot.providerId) }),
    starttime: clockTime(slot.minutes),
    duration: id(slot.durationMinutes),
    appointmenttypeid: id(slot.typeId),
    reasonid: reasons.length === 0 ? ["-1"] : reasons,
    patientappointmenttypename: type?.patientName,
    ...(slot.isFrozen === true ? { frozen: practice.profile.olderSpelling ? "true" : true } : {})
  }
}
