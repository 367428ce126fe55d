/** What happens to appointments. Each function changes one practice, or answers why it did not. */
import type { Appointment } from "../world/Appointment.ts"
import { dayNumber, parseClockTime, parseIsoDate } from "../world/calendar.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Applied } from "./Applied.ts"
import type {
  Book,
  Cancel,
  CheckIn,
  CheckOut,
  Confirm,
  Delete,
  Free,
  Freeze,
  Move,
  OpenSlot,
  Reschedule,
  StartCheckIn,
  Touch,
  Unfreeze
} from "./Mutation.ts"

export const book = (practice: PracticeWorld, mutation: typeof Book.Type, now: number): Applied => {
  const patient = practice.patients.get(Number(mutation.patientId))
  if (patient === undefined) return "there is no such patient"
  const slot = mutation.appointmentId === undefined ? newSlot(practice) : find(practice, mutation.appointmentId)
  if (slot === undefined) return noAppointment
  if (slot.status !== "o") return "the appointment is not an open slot"
  if (slot.isFrozen === true) return "the slot is frozen"
  const placed = placedAt(practice, slot, mutation)
  if (typeof placed === "string") return placed
  return put(
    practice,
    { ...placed, status: "f", patientId: patient.id, scheduledAt: now, scheduledBy: "API-2834" },
    now
  )
}

export const openSlot = (practice: PracticeWorld, mutation: typeof OpenSlot.Type): Applied => {
  const placed = placedAt(practice, newSlot(practice), mutation)
  if (typeof placed === "string") return placed
  practice.appointments.put(placed)
  return { appointmentId: String(placed.id) }
}

export const move = (practice: PracticeWorld, mutation: typeof Move.Type, now: number): Applied => {
  const appointment = find(practice, mutation.appointmentId)
  if (appointment === undefined) return noAppointment
  const placed = placedAt(practice, appointment, mutation)
  return typeof placed === "string" ? placed : put(practice, placed, now)
}

export const cancel = (practice: PracticeWorld, mutation: typeof Cancel.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  return put(
    practice,
    { ...appointment, status: "x", cancelledAt: now, cancelReasonId: mutation.cancelReasonId ?? "2" },
    now
  )
}

export const reschedule = (practice: PracticeWorld, mutation: typeof Reschedule.Type, now: number): Applied => {
  const old = withPatient(practice, mutation.appointmentId)
  if (typeof old === "string") return old
  if (old.status === "x") return "the appointment is cancelled"
  const into = mutation.newAppointmentId === undefined ? undefined : find(practice, mutation.newAppointmentId)
  if (mutation.newAppointmentId !== undefined && into?.status !== "o") return "the new appointment is not an open slot"
  if (into?.isFrozen === true) return "the new slot is frozen"
  const id = into?.id ?? practice.appointments.newId()
  const moved = { ...old, id, templateId: id, ...slotPlace(into), status: "f" as const, scheduledAt: now, notes: [] }
  const placed = placedAt(practice, moved, mutation)
  if (typeof placed === "string") return placed
  const cancelReasonId = mutation.cancelReasonId ?? "6"
  put(practice, { ...old, status: "x", cancelledAt: now, cancelReasonId, rescheduledTo: id }, now)
  return put(practice, withoutVisit(placed), now)
}

export const free = (practice: PracticeWorld, mutation: typeof Free.Type): Applied => {
  const appointment = find(practice, mutation.appointmentId)
  if (appointment === undefined) return noAppointment
  const { durationMinutes, day, departmentId, id, minutes, providerId, templateId, typeId } = appointment
  practice.appointments.put({
    ...newSlot(practice, id),
    durationMinutes,
    day,
    departmentId,
    minutes,
    providerId,
    templateId,
    typeId
  })
  return { appointmentId: String(id) }
}

export const freeze = (
  practice: PracticeWorld,
  mutation: typeof Freeze.Type | typeof Unfreeze.Type,
  isFrozen: boolean
): Applied => {
  const slot = find(practice, mutation.appointmentId)
  if (slot === undefined) return noAppointment
  if (slot.status !== "o") return "the appointment is not an open slot"
  if ((slot.isFrozen ?? false) === isFrozen) return `Appointment is ${isFrozen ? "already" : "not"} frozen.`
  practice.appointments.put({ ...slot, isFrozen })
  return { appointmentId: String(slot.id) }
}

export const remove = (practice: PracticeWorld, mutation: typeof Delete.Type): Applied => {
  const appointment = find(practice, mutation.appointmentId)
  if (appointment === undefined) return noAppointment
  practice.appointments.remove(appointment.id)
  return { appointmentId: String(appointment.id) }
}

export const startCheckIn = (practice: PracticeWorld, mutation: typeof StartCheckIn.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  if (appointment.status !== "f")
    return `check-in begins only for a booked appointment, its status is ${appointment.status}`
  return put(practice, { ...appointment, checkInStartedAt: now }, now)
}

export const confirm = (practice: PracticeWorld, mutation: typeof Confirm.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  return put(practice, { ...appointment, confirmationId: mutation.confirmationId }, now)
}

export const checkIn = (practice: PracticeWorld, mutation: typeof CheckIn.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  if (appointment.status !== "f")
    return `only a booked appointment can be checked in, its status is ${appointment.status}`
  return put(practice, { ...appointment, status: "2", checkedInAt: now }, now)
}

export const checkOut = (practice: PracticeWorld, mutation: typeof CheckOut.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  if (typeof appointment === "string") return appointment
  if (appointment.status !== "2")
    return `only who is checked in can be checked out, the status is ${appointment.status}`
  return put(practice, { ...appointment, status: "3", checkedOutAt: now }, now)
}

export const touch = (practice: PracticeWorld, mutation: typeof Touch.Type, now: number): Applied => {
  const appointment = withPatient(practice, mutation.appointmentId)
  return typeof appointment === "string" ? appointment : put(practice, appointment, now)
}

const noAppointment = "there is no such appointment"

/** The appointment with this id. */
export const find = (practice: PracticeWorld, id: string): Appointment | undefined =>
  practice.appointments.get(Number(id))

/** The appointment with this id, or why it has no patient. */
export const withPatient = (practice: PracticeWorld, id: string): Appointment | string => {
  const appointment = find(practice, id)
  if (appointment === undefined) return noAppointment
  return appointment.patientId === undefined ? "the appointment is an open slot, nobody has booked it" : appointment
}

/** Open slots have no stamps, whatever is done to them. */
export const put = (practice: PracticeWorld, appointment: Appointment, now: number): Applied => {
  practice.appointments.put(appointment.status === "o" ? appointment : { ...appointment, lastModifiedAt: now })
  return { appointmentId: String(appointment.id) }
}

const newSlot = (practice: PracticeWorld, id = practice.appointments.newId()): Appointment => {
  const [type] = practice.profile.appointmentTypes
  const [department] = practice.profile.departments
  const [provider] = practice.providers.all
  return {
    id,
    day: dayNumber(2019, 6, 17),
    minutes: 540,
    durationMinutes: type?.durationMinutes ?? 15,
    status: "o",
    departmentId: department?.id ?? "1",
    providerId: provider?.id ?? "1",
    typeId: type?.id ?? "2",
    patientId: undefined,
    templateId: id,
    scheduledAt: undefined,
    scheduledBy: "",
    lastModifiedAt: undefined,
    notes: []
  }
}

/** The place of an open slot, which whoever takes it takes over. */
const slotPlace = (slot: Appointment | undefined): Partial<Appointment> =>
  slot === undefined
    ? {}
    : {
        day: slot.day,
        minutes: slot.minutes,
        durationMinutes: slot.durationMinutes,
        departmentId: slot.departmentId,
        providerId: slot.providerId,
        typeId: slot.typeId,
        templateId: slot.templateId
      }

const withoutVisit = (appointment: Appointment): Appointment => {
  const {
    cancelReasonId: _reason,
    cancelledAt: _at,
    checkedInAt: _in,
    checkedOutAt: _out,
    checkInStartedAt: _start,
    confirmationId: _confirmed,
    ...rest
  } = appointment
  return rest
}

interface Place {
  readonly date?: string
  readonly startTime?: string
  readonly departmentId?: string
  readonly providerId?: string
  readonly appointmentTypeId?: string
}

const placedAt = (practice: PracticeWorld, appointment: Appointment, place: Place): Appointment | string => {
  if (place.departmentId !== undefined && !practice.departments.has(place.departmentId))
    return "there is no such department"
  if (place.providerId !== undefined && !practice.providers.has(place.providerId)) return "there is no such provider"
  const type = practice.appointmentTypes.get(place.appointmentTypeId ?? appointment.typeId)
  if (type === undefined) return "there is no such appointment type"
  return {
    ...appointment,
    day: (place.date === undefined ? undefined : parseIsoDate(place.date)) ?? appointment.day,
    minutes: (place.startTime === undefined ? undefined : parseClockTime(place.startTime)) ?? appointment.minutes,
    departmentId: place.departmentId ?? appointment.departmentId,
    providerId: place.providerId ?? appointment.providerId,
    typeId: type.id,
    durationMinutes: place.appointmentTypeId === undefined ? appointment.durationMinutes : type.durationMinutes
  }
}
