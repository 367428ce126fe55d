/**
 * `GET /v1/{practiceid}/appointments/open` (dossier F.10), in the order of date and time. Asked for neither a reason nor a
 * type it answers with nothing, and says no word of it. Slots that are close to now or far from it are hidden, and so are
 * those that are frozen or not open to the API, unless told otherwise.
 */
import { invalidValue, missingFields } from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"
import { openSlotRecord } from "../render/openSlot.ts"
import type { Appointment } from "../world/Appointment.ts"
import { dayMillis, parseUsDate } from "../world/calendar.ts"
import { easternInstant } from "../world/easternTime.ts"
import { appointmentReasons } from "../world/practices.ts"
import { isOpenToApi } from "./isOpenToApi.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const parameters = [
  "departmentid",
  "reasonid",
  "appointmenttypeid",
  "providerid",
  "startdate",
  "enddate",
  "bypassscheduletimechecks",
  "ignoreschedulablepermission",
  "showfrozenslots"
]

/** Any slot that is schedulable over the web, be it bookable or not. */
const anyReason = "-1"

export const openSlots = (context: RouteContext): RouteAnswer => {
  const { now, practice, query } = context
  const departments = query.list("departmentid")
  if (departments.length === 0) return refuse(missingFields(["departmentid"]))
  const reasons = query.list("reasonid")
  const providers = query.list("providerid")
  if (reasons.some((reason) => reason !== anyReason) && providers.length === 0)
    return refuse(missingFields(["providerid"]))
  const window = pageWindow(context, 1000)
  if ("_tag" in window) return window
  const from = dayOf(query.text("startdate")) ?? Math.floor((now - 5 * 3_600_000) / dayMillis)
  const to = dayOf(query.text("enddate")) ?? from + 7
  if (Number.isNaN(from)) return refuse(invalidValue("format date", query.text("startdate") ?? ""))
  if (Number.isNaN(to)) return refuse(invalidValue("format date", query.text("enddate") ?? ""))
  const type = query.text("appointmenttypeid")
  const found = practice.appointments
    .between(from, to)
    .filter(
      (slot) =>
        slot.status === "o" &&
        (slot.isFrozen !== true || query.flag("showfrozenslots")) &&
        departments.includes(slot.departmentId) &&
        (providers.length === 0 || providers.includes(slot.providerId)) &&
        fits(practice.appointmentTypes.get(slot.typeId)?.generic ?? false, slot, reasons, type) &&
        (query.flag("bypassscheduletimechecks") || isInReach(slot, now)) &&
        (query.flag("ignoreschedulablepermission") || isOpenToApi(slot.id))
    )
    .sort((a, b) => a.day - b.day || a.minutes - b.minutes || a.id - b.id)
  return {
    _tag: "Page",
    recordsKey: "appointments",
    totalCount: totalCount(context, found.length),
    ...pageLinks(context, window, found.length, parameters),
    rows: found
      .slice(window.offset, window.offset + window.limit)
      .map((slot) => vendorJson(openSlotRecord(practice, slot, reasons))),
    patientIds: []
  }
}

/** `undefined` when absent, `NaN` when it is no date. */
const dayOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : (parseUsDate(text) ?? Number.NaN)

const fits = (isGeneric: boolean, slot: Appointment, reasons: ReadonlyArray<string>, type: string | undefined) => {
  if (type !== undefined) return isGeneric || slot.typeId === type
  if (reasons.includes(anyReason)) return true
  return appointmentReasons.some(
    (reason) => reasons.includes(reason.id) && (isGeneric || reason.typeIds.includes(slot.typeId))
  )
}

/** Practices hide what is within a day, and what is beyond ninety. */
const isInReach = (slot: Appointment, now: number): boolean => {
  const starts = easternInstant(slot.day, slot.minutes * 60)
  return starts >= now + dayMillis && starts <= now + 90 * dayMillis
}
