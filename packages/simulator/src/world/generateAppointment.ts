/**
 * Row `k` of a planned day, the same for the same seed. The world's generated past ends with June 2019.
 */
import type { Appointment, AppointmentStatus } from "./Appointment.ts"
import { dayNumber } from "./calendar.ts"
import type { DayPlan, PlannedDay } from "./DayPlan.ts"
import { easternInstant } from "./easternTime.ts"
import { firstPatientId, isMerged } from "./generatePerson.ts"
import type { PracticeProfile } from "./PracticeProfile.ts"
import { cancelReasons, rescheduledReason } from "./practices.ts"
import { draw, pick } from "./random.ts"

export interface AppointmentSource {
  readonly practice: PracticeProfile
  readonly seed: number
  readonly plan: DayPlan
  readonly patients: number
  /** The id of the row with this index; ids are not in the order of dates. */
  readonly idOf: (index: number) => number
}

/** The last day whose appointments have happened. */
const lastPastDay = dayNumber(2019, 6, 30)

/** One in this many rows of every second day was rescheduled to the next day's row of the same number. */
const rescheduleEvery = 25

/** Row `k` of `plan.days[dayIndex]`; booked rows come first, then open slots. */
export const generateAppointment = (source: AppointmentSource, dayIndex: number, k: number): Appointment => {
  const { practice, seed, plan } = source
  const planned = plan.days[dayIndex] as PlannedDay
  const index = planned.first + k
  const bits = (purpose: number) => draw(seed, Number(practice.id), index, purpose)
  const id = source.idOf(index)
  const type = pick(
    practice.appointmentTypes.filter((t) => t.forPatients),
    bits(1)
  )
  const place = {
    id,
    day: planned.day,
    minutes: minutesOf(bits(2)),
    durationMinutes: type.durationMinutes,
    departmentId: pick(practice.departments, bits(3)).id,
    providerId: pick(practice.providers, bits(4)).id,
    typeId: type.id,
    templateId: bits(5) % 10 === 0 ? id - 1 - (bits(5) % 7) : id
  }
  if (k >= planned.booked) {
    return {
      ...place,
      status: "o",
      patientId: undefined,
      scheduledAt: undefined,
      scheduledBy: "",
      lastModifiedAt: undefined,
      notes: []
    }
  }
  const replacement = rescheduledTo(source, dayIndex, k)
  const status =
    replacement === undefined ? statusOf(planned.day, bits(6) % 100, isReplacement(source, dayIndex, k)) : "x"
  // Both rows of a rescheduled pair are the same patient's.
  const patientIndex = isReplacement(source, dayIndex, k) ? (source.plan.days[dayIndex - 1]?.first ?? 0) + k : index
  const scheduledAt = easternInstant(planned.day - 1 - (bits(7) % 45), 8 * 3600 + (bits(8) % 32_400))
  // Stamps are Eastern wherever the department is.
  const hoursBehind =
    practice.departments.find((d) => d.id === place.departmentId)?.timeZone === "America/Los_Angeles" ? 3 : 0
  const visit = easternInstant(planned.day, place.minutes * 60) + hoursBehind * 3_600_000
  const stamps = stampsOf(status, scheduledAt, visit, bits(9))
  return {
    ...place,
    status,
    patientId: patientOf(source, patientIndex),
    scheduledAt,
    scheduledBy: bits(10) % 4 === 0 ? "API-2834" : `frontdesk${(bits(10) % 6) + 1}`,
    ...stamps,
    ...(status === "x"
      ? { cancelReasonId: replacement === undefined ? pick(cancelReasons, bits(11)).id : rescheduledReason.id }
      : {}),
    ...(replacement === undefined ? {} : { rescheduledTo: replacement }),
    notes: bits(12) % 3 === 0 ? [{ id: 100 + (bits(13) % 900), text: pick(notes, bits(13)) }] : []
  }
}

const patientOf = (source: AppointmentSource, index: number): number => {
  const n = draw(source.seed, Number(source.practice.id), index, 20) % source.patients
  // A merge moves the appointments to the record that stays.
  return firstPatientId + (isMerged(n) && n + 1 < source.patients ? n + 1 : n)
}

const isPairRow = (k: number): boolean => k % rescheduleEvery === 3

const rescheduledTo = (source: AppointmentSource, dayIndex: number, k: number): number | undefined => {
  const next = source.plan.days[dayIndex + 1]
  return dayIndex % 2 === 1 && isPairRow(k) && next !== undefined && k < next.booked
    ? source.idOf(next.first + k)
    : undefined
}

const isReplacement = (source: AppointmentSource, dayIndex: number, k: number): boolean => {
  const before = source.plan.days[dayIndex - 1]
  return dayIndex % 2 === 0 && isPairRow(k) && before !== undefined && k < before.booked
}

const statusOf = (day: number, percent: number, keep: boolean): AppointmentStatus => {
  if (percent < 9 && !keep) return "x"
  if (day > lastPastDay || percent < 20) return "f"
  return percent < 23 ? "2" : percent < 40 ? "3" : "4"
}

// Mostly quarter hours of a working day; odd minutes and midnight occur.
const minutesOf = (bits: number): number =>
  bits % 61 === 0 ? 0 : bits % 29 === 0 ? 481 + (bits % 500) : 420 + ((bits >>> 8) % 42) * 15

const stampsOf = (status: AppointmentStatus, scheduledAt: number, visit: number, bits: number) => {
  const minute = 60_000
  if (status === "x") {
    // Between booking and visit; a booking of the last minute is cancelled right away.
    const cancelledAt = scheduledAt + Math.floor(Math.max(visit - scheduledAt, minute) * ((bits % 90) / 100 + 0.05))
    const whole = cancelledAt - (cancelledAt % 1000)
    return { cancelledAt: whole, lastModifiedAt: whole }
  }
  if (status === "f") return { lastModifiedAt: scheduledAt }
  const checkedInAt = Math.max(visit - (bits % 20) * minute, scheduledAt + minute)
  if (status === "2") return { checkedInAt, lastModifiedAt: checkedInAt }
  const checkedOutAt = checkedInAt + (20 + (bits % 60)) * minute
  return {
    checkedInAt,
    checkedOutAt,
    lastModifiedAt: status === "3" ? checkedOutAt : checkedOutAt + (bits % 240) * minute
  }
}

const notes = [
  "Patient asks for a morning slot next time",
  "Bring last lab results / insurance card",
  "Transport by daughter, call 2075550123",
  "see https://intranet.example.com/charts/notes?id=88",
  '"Doctor\'s note" needed for employer'
]
