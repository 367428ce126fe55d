/** Reads the parameters of the booked lists (dossier F.6) into a test of appointments. */
import { invalidValue, missingFields } from "../render/errors.ts"
import type { Appointment } from "../world/Appointment.ts"
import { parseUsDate } from "../world/calendar.ts"
import { parseEasternStamp } from "../world/easternTime.ts"
import type { Query } from "./Query.ts"
import { type RefusedAnswer, refuse } from "./RouteAnswer.ts"

/** What the booked lists know; anything else is dropped from `next`. */
export const bookedParameters = [
  "startdate",
  "enddate",
  "departmentid",
  "providerid",
  "patientid",
  "appointmenttypeid",
  "appointmentstatus",
  "startlastmodified",
  "endlastmodified",
  "scheduledstartdate",
  "scheduledenddate",
  "showcancelled",
  "showpatientdetail",
  "showinsurance",
  "showclaimdetail",
  "showexpectedprocedurecodes",
  "showremindercalldetail",
  "showcopay",
  "ignorerestrictions",
  "confidentialitycode"
]

export interface BookedFilter {
  /** Calendar days, both included. */
  readonly from: number
  readonly to: number
  readonly matches: (appointment: Appointment) => boolean
}

/** The filter, or the refusal that the parameters earn. */
export const bookedFilter = (query: Query, manyDepartments: boolean): BookedFilter | RefusedAnswer => {
  const missing = ["startdate", "enddate"].filter((name) => query.text(name) === undefined)
  if (missing.length > 0) return refuse(missingFields(missing))
  for (const [name, value] of query.sent(["startdate", "enddate", "scheduledstartdate", "scheduledenddate"])) {
    const parsed = name.startsWith("scheduled") ? parseEasternStamp(value) : parseUsDate(value)
    if (parsed === undefined) return refuse(invalidValue("format date", value))
  }
  for (const [, value] of query.sent(["startlastmodified", "endlastmodified"])) {
    if (parseEasternStamp(value) === undefined) return refuse(invalidValue("format date", value))
  }
  const departments = query.list("departmentid")
  if (!manyDepartments && departments.length > 1) return refuse(invalidValue("type integer", departments.join(",")))
  for (const value of [...departments, ...query.list("providerid"), ...query.list("patientid")]) {
    if (!/^-?\d+$/.test(value)) return refuse(invalidValue("type integer", value))
  }
  return {
    from: parseUsDate(query.text("startdate") as string) as number,
    to: parseUsDate(query.text("enddate") as string) as number,
    matches: rowTest(query)
  }
}

const rowTest = (query: Query): ((appointment: Appointment) => boolean) => {
  const departments = new Set(query.list("departmentid"))
  const providers = new Set(query.list("providerid"))
  const patients = new Set(query.list("patientid").map(Number))
  const types = new Set(query.list("appointmenttypeid"))
  const status = query.text("appointmentstatus")
  const showCancelled = query.flag("showcancelled")
  const stamp = (name: string) => parseEasternStamp(query.text(name) ?? "")
  const modifiedFrom = stamp("startlastmodified")
  const modifiedTo = modifiedFrom === undefined ? undefined : stamp("endlastmodified")
  const scheduledFrom = stamp("scheduledstartdate")
  const scheduledTo = stamp("scheduledenddate")
  return (a) =>
    a.status !== "o" &&
    (showCancelled || a.status !== "x") &&
    (departments.size === 0 || departments.has(a.departmentId)) &&
    (providers.size === 0 || providers.has(a.providerId)) &&
    (patients.size === 0 || (a.patientId !== undefined && patients.has(a.patientId))) &&
    (types.size === 0 || types.has(a.typeId)) &&
    (status === undefined || a.status === status) &&
    // Stamps have whole seconds on the wire, and are compared so.
    (modifiedFrom === undefined || seconds(a.lastModifiedAt) >= modifiedFrom) &&
    (modifiedTo === undefined || seconds(a.lastModifiedAt) <= modifiedTo) &&
    (scheduledFrom === undefined || seconds(a.scheduledAt) >= scheduledFrom) &&
    // A day without a time means all of it.
    (scheduledTo === undefined || seconds(a.scheduledAt) < scheduledTo + 86_400_000)
}

const seconds = (instant: number | undefined): number => (instant === undefined ? 0 : instant - (instant % 1000))
