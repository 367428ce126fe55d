/**
 * Appointment records as recordings show them (dossier F.9): numbers and booleans in two spellings, stamps in
 * Eastern, many fields only sometimes.
 */
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, usDate } from "../world/calendar.ts"
import { easternStamp } from "../world/easternTime.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { cancelReasons, confirmationStatuses, rescheduledReason } from "../world/practices.ts"
import { draw } from "../world/random.ts"
import { drifting } from "./json.ts"
import { patientInAppointment } from "./patient.ts"

export interface AppointmentDetail {
  /** By id the record comes without `lastmodified`, `scheduleddatetime` and `scheduledby`. */
  readonly leaner: boolean
  readonly showCopay: boolean
  readonly showPatient: boolean
}

/** The record, ready for `vendorJson`. */
export const appointmentRecord = (practice: PracticeWorld, a: Appointment, detail: AppointmentDetail): object => {
  const bits = draw(77, a.id)
  const older = practice.profile.olderSpelling || bits % 6 === 0
  const type = practice.appointmentTypes.get(a.typeId)
  return {
    date: usDate(a.day),
    appointmentid: String(a.id),
    starttime: clockTime(a.minutes),
    departmentid: a.departmentId,
    appointmentstatus: a.status,
    ...(a.patientId === undefined ? {} : booked(a, a.patientId, bits, older, detail)),
    providerid: a.providerId,
    duration: older ? String(a.durationMinutes) : a.durationMinutes,
    appointmenttypeid: a.typeId,
    appointmenttype: type?.name,
    patientappointmenttypename: type?.patientName,
    ...(bits % 4 === 0 ? {} : { templateappointmentid: String(a.templateId), templateappointmenttypeid: "82" }),
    coordinatorenterprise: drifting(practice.profile.enterprise, older),
    ...(bits % 3 === 0 ? {} : { chargeentrynotrequired: false }),
    ...(bits % 7 === 0 ? { renderingproviderid: bits % 2 ? a.providerId : "" } : {}),
    ...(bits % 31 === 0 ? { supervisingproviderid: 0, referringproviderid: "" } : {}),
    ...(bits % 3 === 1 ? { hl7providerid: Number(a.providerId) } : {}),
    ...frozenField(a, bits, older),
    ...(detail.showPatient ? embeddedPatient(practice, a) : {})
  }
}

/** Said of what is frozen or was unfrozen, and of few others. */
const frozenField = ({ isFrozen }: Appointment, bits: number, older: boolean): object => {
  if (isFrozen === undefined && bits % 11 !== 0) return {}
  return older ? { frozenyn: String(isFrozen ?? false) } : { frozen: isFrozen ?? false }
}

const booked = (
  a: Appointment,
  patientId: number,
  bits: number,
  older: boolean,
  detail: AppointmentDetail
): object => ({
  patientid: String(patientId),
  ...(detail.leaner ? {} : bookingStamps(a)),
  ...(detail.showCopay ? { copay: bits % 9 === 0 ? "25.00" : 0 } : {}),
  ...(detail.showCopay && bits % 13 === 0 ? { appointmentcopay: copayShape(older) } : {}),
  ...(a.checkInStartedAt === undefined ? {} : { startcheckin: easternStamp(a.checkInStartedAt) }),
  ...(a.checkedInAt === undefined ? {} : checkInFields(a, a.checkedInAt, bits)),
  ...(a.confirmationId === undefined ? {} : confirmationFields(a.confirmationId)),
  ...(a.cancelledAt === undefined ? {} : cancelFields(a, a.cancelledAt, older)),
  ...(a.rescheduledTo === undefined ? {} : { rescheduledappointmentid: String(a.rescheduledTo) }),
  ...noteFields(a)
})

const noteFields = (a: Appointment): object => {
  const notes = a.notes.filter(({ isDeleted }) => isDeleted !== true)
  if (notes.length === 0) return {}
  return {
    appointmentnotes: notes.map(({ id, isOnSchedule, text }) => ({ id, text, displayonschedule: isOnSchedule ?? true }))
  }
}

const confirmationFields = (id: string): object => ({
  appointmentconfirmationid: id,
  appointmentconfirmationname: confirmationStatuses.find((status) => status.id === id)?.name ?? "OTHER"
})

const bookingStamps = (a: Appointment): object => ({
  ...(a.lastModifiedAt === undefined
    ? {}
    : { lastmodified: easternStamp(a.lastModifiedAt), lastmodifiedby: a.scheduledBy }),
  ...(a.scheduledAt === undefined ? {} : { scheduleddatetime: easternStamp(a.scheduledAt), scheduledby: a.scheduledBy })
})

const copayShape = (older: boolean): unknown =>
  older ? "25.00" : { collectedforother: 0, collectedforappointment: 0, insurancecopay: 25 }

const checkInFields = (a: Appointment, checkedInAt: number, bits: number): object => ({
  startcheckin: easternStamp(checkedInAt - 60_000),
  // Once without seconds.
  ...(bits % 2 === 0 ? { stopcheckin: easternStamp(checkedInAt).slice(0, bits % 8 === 0 ? 16 : 19) } : {}),
  checkindatetime: easternStamp(checkedInAt),
  encounterid: String(a.id % 100_000),
  encounterstatus: a.checkedOutAt === undefined ? "READYFORSTAFF" : "CHECKEDOUT",
  encounterstate: a.status === "4" ? "CLOSED" : "OPEN",
  ...(a.checkedOutAt === undefined ? {} : { checkoutdatetime: easternStamp(a.checkedOutAt) })
})

const cancelFields = (a: Appointment, cancelledAt: number, older: boolean): object => {
  const reason = [...cancelReasons, rescheduledReason].find((known) => known.id === a.cancelReasonId)
  return {
    cancelleddatetime: easternStamp(cancelledAt),
    cancelledby: "frontdesk2",
    cancelreasonid: a.cancelReasonId,
    cancelreasonname: reason?.name ?? "OTHER",
    cancelreasonnoshow: drifting(reason?.noShow ?? false, older),
    cancelreasonslotavailable: drifting(reason?.slotAvailable ?? true, older)
  }
}

const embeddedPatient = (practice: PracticeWorld, a: Appointment): object => {
  const person = a.patientId === undefined ? undefined : practice.patients.get(a.patientId)
  return person === undefined ? {} : { patient: patientInAppointment(practice, person) }
}
