/**
 * `GET /v1/{practiceid}/patients/{patientid}/appointments` (dossier F.16): from today on unless `showpast`, without
 * cancelled ones unless `showcancelled`. Rows are lean: no patient, no stamps, a length only in some.
 */
import { invalidValue, unknownRecord } from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, dayMillis, parseUsDate, usDate } from "../world/calendar.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { draw } from "../world/random.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const patientAppointments = (context: RouteContext): RouteAnswer => {
  const { id, now, practice, query, settings } = context
  if (!/^\d+$/.test(id)) return refuse(invalidValue("type integer", id))
  if (practice.patients.get(Number(id)) === undefined)
    return refuse(unknownRecord(settings.unknownPatient === 400 ? 400 : 404, "patient"))
  for (const [, value] of query.sent(["startdate", "enddate"])) {
    if (parseUsDate(value) === undefined) return refuse(invalidValue("format date", value))
  }
  const window = pageWindow(context, 1500)
  if ("_tag" in window) return window
  const today = Math.floor((now - 5 * 3_600_000) / dayMillis)
  const from = parseUsDate(query.text("startdate") ?? "") ?? (query.flag("showpast") ? -Infinity : today)
  const to = parseUsDate(query.text("enddate") ?? "") ?? Infinity
  const found = practice.appointments
    .between(from, to)
    .filter((a) => a.patientId === Number(id) && (query.flag("showcancelled") || a.status !== "x"))
    .sort((a, b) => draw(9, a.id) - draw(9, b.id))
  return {
    _tag: "Page",
    recordsKey: "appointments",
    totalCount: totalCount(context, found.length),
    ...pageLinks(context, window, found.length, ["startdate", "enddate", "showcancelled", "showpast", "showcopay"]),
    rows: found.slice(window.offset, window.offset + window.limit).map((a) => vendorJson(leanRecord(practice, a))),
    patientIds: [id]
  }
}

const leanRecord = (practice: PracticeWorld, a: Appointment): object => {
  const type = practice.appointmentTypes.get(a.typeId)
  return {
    date: usDate(a.day),
    copay: 0,
    ...(a.id % 5 === 0 ? {} : { duration: a.durationMinutes }),
    appointmenttypeid: a.typeId,
    appointmentid: String(a.id),
    appointmenttype: type?.name,
    starttime: clockTime(a.minutes),
    patientappointmenttypename: type?.patientName,
    departmentid: a.departmentId,
    providerid: a.providerId,
    appointmentstatus: a.status
  }
}
