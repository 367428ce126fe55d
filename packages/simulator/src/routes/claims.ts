/** `GET /v1/{practiceid}/claims` and `/claims/{claimid}`: one claim for each appointment that was checked out. */
import { claimedOn, claimRecord, isClaimed } from "../render/claim.ts"
import { invalidValue, unknownRecord } from "../render/errors.ts"
import type { Appointment } from "../world/Appointment.ts"
import { parseUsDate } from "../world/calendar.ts"
import { appointmentIdOfClaim } from "../world/derivedIds.ts"
import { draw } from "../world/random.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import { rowOf } from "./patientList.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const dates = ["servicestartdate", "serviceenddate", "createdstartdate", "createdenddate"] as const
const parameters = [...dates, "departmentid", "providerid", "patientid", "appointmentid"]

export const claims = (context: RouteContext): RouteAnswer => {
  const { practice, query } = context
  const days: Record<string, number | undefined> = {}
  for (const name of dates) {
    const text = query.text(name)
    days[name] = text === undefined ? undefined : parseUsDate(text)
    if (text !== undefined && days[name] === undefined) return refuse(invalidValue("format date", text))
  }
  const window = pageWindow(context, 1000)
  if ("_tag" in window) return window
  const appointmentIds = new Set(query.list("appointmentid"))
  const isAsked = (name: string, value: string | number | undefined) =>
    query.text(name) === undefined || query.text(name) === String(value)
  const isWithin = (day: number, from: number | undefined, to: number | undefined) =>
    (from === undefined || day >= from) && (to === undefined || day <= to)
  const found = practice.appointments
    .all()
    .filter(
      (row) =>
        isClaimed(row) &&
        isWithin(row.day, days["servicestartdate"], days["serviceenddate"]) &&
        isWithin(claimedOn(row), days["createdstartdate"], days["createdenddate"]) &&
        isAsked("departmentid", row.departmentId) &&
        isAsked("providerid", row.providerId) &&
        isAsked("patientid", row.patientId) &&
        (appointmentIds.size === 0 || appointmentIds.has(String(row.id)))
    )
    .map((row) => [draw(7, row.id), row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row)
  const page = found.slice(window.offset, window.offset + window.limit)
  return {
    _tag: "Page",
    recordsKey: "claims",
    totalCount: totalCount(context, found.length),
    ...pageLinks(context, window, found.length, parameters),
    rows: page.map((row) => rowOf(context, claimRecord(row))),
    patientIds: [...new Set(page.map(patientIdOf))]
  }
}

const patientIdOf = (row: Appointment): string => String(row.patientId)

/** An object, not an array of one. */
export const claim = (context: RouteContext): RouteAnswer => {
  if (!/^\d+$/.test(context.id)) return refuse(invalidValue("type integer", context.id))
  const row = context.practice.appointments.get(appointmentIdOfClaim(Number(context.id)))
  if (row === undefined || !isClaimed(row)) return refuse(unknownRecord(404, "claim"))
  return { _tag: "Rows", rows: [rowOf(context, claimRecord(row))], patientIds: [patientIdOf(row)], isBare: true }
}
