/** Appointment type records (dossier F.17): `appointmenttypeid` is a number here, text in appointments. */
import type { AppointmentType } from "../world/PracticeProfile.ts"

/** The record, ready for `vendorJson`. */
export const appointmentTypeRecord = (type: AppointmentType): object => ({
  appointmenttypeid: Number(type.id),
  shortname: type.shortName,
  name: type.name,
  patientdisplayname: type.patientName,
  duration: type.durationMinutes,
  generic: type.generic,
  patient: type.forPatients,
  templatetypeonly: false,
  createencounteroncheckin: true
})
