/**
 * What is done to appointments (dossier F.11). Each answers as the vendor does: the record, `{"status":"x"}`,
 * `{"success":"true"}` or a bare `1`; a refusal of check-in comes with status 200 and a failure inside.
 */

import type { Mutation } from "../mutations/Mutation.ts"
import * as Errors from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, usDate } from "../world/calendar.ts"
import { appointmentReasons } from "../world/practices.ts"
import { isOpenToApi } from "./isOpenToApi.ts"
import { type BodyAnswer, type RefusedAnswer, type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const bookAppointment = (context: RouteContext): RouteAnswer => {
  const slot = addressed(context)
  if ("_tag" in slot) return slot
  const { mutate, practice, query } = context
  const patientId = query.text("patientid")
  if (patientId === undefined) return refuse(Errors.missingFields(["patientid"]))
  const reason = appointmentReasons.find(({ id }) => id === query.text("reasonid"))
  const appointmentTypeId = query.text("appointmenttypeid") ?? reason?.typeIds[0]
  if (appointmentTypeId === undefined) return refuse(Errors.typeOrReasonNeeded)
  if (practice.patients.get(Number(patientId)) === undefined) return refuse(Errors.unknownRecord(400, "patient"))
  if (!isBookable(context, slot)) return refuse(Errors.slotTaken)
  const result = mutate({
    kind: "book",
    practiceId: practice.id,
    patientId,
    appointmentId: String(slot.id),
    appointmentTypeId
  })
  return "reason" in result ? refuse(Errors.refusedWrite(result.reason)) : bookedAnswer(context, slot.id, true)
}

export const cancelAppointment = (context: RouteContext): RouteAnswer => {
  const appointment = addressed(context)
  if ("_tag" in appointment) return appointment
  const refused = wrongPatient(context, appointment)
  if (refused !== undefined) return refused
  if (appointment.status !== "f") return refuse(Errors.refusedWrite("The appointment is not booked."))
  const cancelReasonId = context.query.text("appointmentcancelreasonid")
  return done(
    context,
    { kind: "cancel", ...target(context), ...(cancelReasonId === undefined ? {} : { cancelReasonId }) },
    `{"status":"x"}`
  )
}

/** The answer has neither date nor time, and no provider. */
export const rescheduleAppointment = (context: RouteContext): RouteAnswer => {
  const { mutate, practice, query } = context
  const appointment = addressed(context)
  if ("_tag" in appointment) return appointment
  const refused = wrongPatient(context, appointment)
  if (refused !== undefined) return refused
  const newAppointmentId = query.text("newappointmentid")
  if (newAppointmentId === undefined) return refuse(Errors.missingFields(["newappointmentid"]))
  if (appointment.status !== "f") return refuse(Errors.refusedWrite("The appointment is not booked."))
  const slot = practice.appointments.get(Number(newAppointmentId))
  if (slot === undefined || !isBookable(context, slot)) return refuse(Errors.slotTaken)
  const cancelReasonId = query.text("appointmentcancelreasonid")
  const result = mutate({
    kind: "reschedule",
    ...target(context),
    newAppointmentId,
    ...(cancelReasonId === undefined ? {} : { cancelReasonId })
  })
  return "reason" in result ? refuse(Errors.refusedWrite(result.reason)) : bookedAnswer(context, slot.id, false)
}

export const startCheckIn = (context: RouteContext): RouteAnswer => visit(context, "startCheckIn")

export const checkIn = (context: RouteContext): RouteAnswer => visit(context, "checkIn")

export const confirmAppointment = (context: RouteContext): RouteAnswer => {
  const appointment = addressed(context)
  if ("_tag" in appointment) return appointment
  const confirmationId = context.query.text("appointmentconfirmationid")
  if (confirmationId === undefined) return refuse(Errors.missingFields(["appointmentconfirmationid"]))
  return done(context, { kind: "confirm", ...target(context), confirmationId })
}

/** `freeze` is true or false; what is so already is refused with status 200. */
export const freezeSlot = (context: RouteContext): RouteAnswer => {
  const slot = addressed(context)
  if ("_tag" in slot) return slot
  const freeze = context.query.text("freeze")
  if (freeze === undefined) return refuse(Errors.missingFields(["freeze"]))
  const result = context.mutate({ kind: context.query.flag("freeze") ? "freeze" : "unfreeze", ...target(context) })
  if (!("reason" in result)) return success
  return { _tag: "Body", body: JSON.stringify({ success: false, errormessage: result.reason }) }
}

/** Answers with a bare number, and where it refuses with a bare text, both with status 200. */
export const updateBookedAppointment = (context: RouteContext): RouteAnswer => {
  const { practice, query } = context
  const appointment = addressed(context)
  if ("_tag" in appointment) return appointment
  const departmentId = query.text("departmentid")
  const providerId = query.text("providerid")
  const appointmentTypeId = query.text("appointmenttypeid")
  const invalid = (name: string): RouteAnswer => ({ _tag: "Body", body: JSON.stringify(`Invalid ${name} input`) })
  if (appointment.status !== "f") return invalid("APPOINTMENTID")
  if (departmentId !== undefined && !practice.departments.has(departmentId)) return invalid("DEPARTMENTID")
  if (providerId !== undefined && !practice.providers.has(providerId)) return invalid("PROVIDERID")
  if (appointmentTypeId !== undefined && !practice.appointmentTypes.has(appointmentTypeId)) {
    return invalid("APPOINTMENTTYPEID")
  }
  return done(
    context,
    {
      kind: "move",
      ...target(context),
      ...(departmentId === undefined ? {} : { departmentId }),
      ...(providerId === undefined ? {} : { providerId }),
      ...(appointmentTypeId === undefined ? {} : { appointmentTypeId })
    },
    "1"
  )
}

const visit = (context: RouteContext, kind: "startCheckIn" | "checkIn"): RouteAnswer => {
  const appointment = addressed(context)
  if ("_tag" in appointment) return appointment
  const result = context.mutate({ kind, ...target(context) })
  if (!("reason" in result)) return success
  return {
    _tag: "Body",
    body: JSON.stringify({ success: false, errormessage: "The appointment cannot be checked in." })
  }
}

/** The appointment of the path, or the refusal that it earns. */
const addressed = ({ id, practice, settings }: RouteContext): Appointment | RefusedAnswer => {
  if (!/^\d+$/.test(id)) return refuse(Errors.invalidValue("type integer", id))
  const found = practice.appointments.get(Number(id))
  return found ?? refuse(Errors.unknownRecord(settings.unknownAppointment === 400 ? 400 : 404, "appointment"))
}

const wrongPatient = ({ query }: RouteContext, appointment: Appointment): RefusedAnswer | undefined => {
  const patientId = query.text("patientid")
  if (patientId === undefined) return refuse(Errors.missingFields(["patientid"]))
  if (String(appointment.patientId) === patientId) return undefined
  return refuse(Errors.refusedWrite("The appointment is not this patient's."))
}

const isBookable = ({ query }: RouteContext, slot: Appointment): boolean =>
  slot.status === "o" && slot.isFrozen !== true && (query.flag("ignoreschedulablepermission") || isOpenToApi(slot.id))

const target = ({ id, practice }: RouteContext) => ({ practiceId: practice.id, appointmentId: id })

const success: BodyAnswer = { _tag: "Body", body: `{"success":"true"}` }

const done = (context: RouteContext, mutation: Mutation, body = success.body): RouteAnswer => {
  const result = context.mutate(mutation)
  return "reason" in result ? refuse(Errors.refusedWrite(result.reason)) : { _tag: "Body", body }
}

/** An array of one; after rescheduling less is in it than after booking. */
const bookedAnswer = ({ practice }: RouteContext, id: number, isFull: boolean): RouteAnswer => {
  const a = practice.appointments.get(id) as Appointment
  const type = practice.appointmentTypes.get(a.typeId)
  const record = {
    ...(isFull ? { date: usDate(a.day), starttime: clockTime(a.minutes) } : {}),
    appointmentid: String(a.id),
    departmentid: a.departmentId,
    providerid: isFull ? a.providerId : "",
    appointmentstatus: a.status,
    duration: practice.profile.olderSpelling ? String(a.durationMinutes) : a.durationMinutes,
    patientid: String(a.patientId),
    appointmenttypeid: a.typeId,
    ...(isFull ? { appointmenttype: type?.name, patientappointmenttypename: type?.patientName } : {})
  }
  return { _tag: "Rows", rows: [vendorJson(record)], patientIds: [String(a.patientId)] }
}
