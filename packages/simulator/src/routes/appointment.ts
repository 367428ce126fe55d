/** `GET /v1/{practiceid}/appointments/{appointmentid}`: an array of one, leaner than the lists, of open slots too. */
import { invalidValue, unknownRecord } from "../render/errors.ts"
import { appointmentRow } from "./appointmentRows.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const appointment = (context: RouteContext): RouteAnswer => {
  if (!/^\d+$/.test(context.id)) return refuse(invalidValue("type integer", context.id))
  const found = context.practice.appointments.get(Number(context.id))
  if (found === undefined) {
    const { unknownAppointment } = context.settings
    if (unknownAppointment === "empty") return { _tag: "Rows", rows: [], patientIds: [] }
    return refuse(unknownRecord(unknownAppointment, "appointment"))
  }
  const detail = {
    leaner: true,
    showCopay: context.query.flag("showcopay", true),
    showPatient: context.query.flag("showpatientdetail")
  }
  return {
    _tag: "Rows",
    rows: [appointmentRow(context.practice, found, detail, context.marker)],
    patientIds: found.patientId === undefined ? [] : [String(found.patientId)]
  }
}
