/** `GET /v1/{practiceid}/patientappointmentreasons` and `/appointmentcancelreasons`: short lists without a patient. */
import { missingFields } from "../render/errors.ts"
import { appointmentReasons, cancelReasons, rescheduledReason } from "../world/practices.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import { smallList } from "./smallList.ts"

/** In older years ids and numbers are text. */
export const patientAppointmentReasons = (context: RouteContext): RouteAnswer => {
  const missing = ["departmentid", "providerid"].filter((name) => context.query.text(name) === undefined)
  if (missing.length > 0) return refuse(missingFields(missing))
  const older = context.practice.profile.olderSpelling
  return smallList(
    context,
    "patientappointmentreasons",
    appointmentReasons.map(({ id, maximumDays, minimumHours, name, patients }) => ({
      reasontype: patients,
      reason: name,
      description: `I would like to come in for: ${name}.`,
      reasonid: older ? id : Number(id),
      ...(older ? { schedulingminhours: String(minimumHours), schedulingmaxdays: String(maximumDays) } : {})
    })),
    ["departmentid", "providerid"]
  )
}

/** [assumed] names of the fields. */
export const appointmentCancelReasons = (context: RouteContext): RouteAnswer => {
  const { query } = context
  const reasons = [...cancelReasons, rescheduledReason].filter(
    (reason) => query.text("slotavailable") === undefined || reason.slotAvailable === query.flag("slotavailable", true)
  )
  return smallList(
    context,
    "appointmentcancelreasons",
    reasons.map(({ id, name, noShow, slotAvailable }) => ({
      reasonid: id,
      name,
      noshow: noShow,
      slotavailable: slotAvailable
    })),
    ["slotavailable"]
  )
}
