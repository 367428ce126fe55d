/**
 * `GET /v1/{practiceid}/patients`: ten rows unless `limit` says more, and none at all where over a thousand match. Names
 * match by their beginning, in either case [assumed]; deleted patients are found only by their status [assumed].
 */
import { improperBirthDate, tooManyMatches } from "../render/errors.ts"
import { patientRecord } from "../render/patient.ts"
import { parseUsDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import { draw } from "../world/random.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import { rowOf } from "./patientList.ts"
import type { Query } from "./Query.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const mostMatches = 1000

const parameters = [
  "firstname",
  "lastname",
  "dob",
  "anyphone",
  "homephone",
  "mobilephone",
  "email",
  "zip",
  "departmentid",
  "status",
  "appointmentdepartmentid",
  "appointmentproviderid",
  "upcomingappointmenthours",
  "omitbalances",
  "omitdefaultpharmacy",
  "omitphotoinformation"
]

export const patientSearch = (context: RouteContext): RouteAnswer => {
  const dob = context.query.text("dob")
  const birthDay = dob === undefined ? undefined : parseUsDate(dob)
  if (dob !== undefined && birthDay === undefined) return refuse(improperBirthDate)
  const window = pageWindow(context, 10)
  if ("_tag" in window) return window
  const isExpected = appointmentFilter(context)
  const found = context.practice.patients
    .all()
    .filter(
      (person) =>
        (birthDay === undefined || person.birthDay === birthDay) && matches(context.query, person) && isExpected(person)
    )
  if (found.length > mostMatches) return refuse(tooManyMatches)
  const shuffled = found.map((person) => [draw(6, person.id), person] as const).sort(([a], [b]) => a - b)
  const page = shuffled.slice(window.offset, window.offset + window.limit).map(([, person]) => person)
  const detail = {
    showPreviousIds: context.query.flag("showpreviouspatientids"),
    showLocalId: context.query.flag("showlocalpatientid"),
    showInsurance: false,
    showCustomFields: false,
    departmentId: undefined
  }
  return {
    _tag: "Page",
    recordsKey: "patients",
    totalCount: totalCount(context, found.length),
    ...pageLinks(context, window, found.length, parameters),
    rows: page.map((person) => rowOf(context, patientRecord(context.practice, person, detail))),
    patientIds: page.map((person) => String(person.id))
  }
}

const beginsWith = (value: string | undefined, wanted: string | undefined): boolean =>
  wanted === undefined || (value?.toLowerCase().startsWith(wanted.toLowerCase()) ?? false)

const digits = (text: string | undefined): string => (text ?? "").replace(/\D/g, "")

const hasNumber = (wanted: string | undefined, ...numbers: ReadonlyArray<string | undefined>): boolean =>
  wanted === undefined || numbers.some((number) => number !== undefined && digits(number) === digits(wanted))

const matches = (query: Query, person: Person): boolean => {
  const department = query.text("departmentid")
  const status = query.text("status")
  return (
    beginsWith(person.firstName, query.text("firstname")) &&
    beginsWith(person.lastName, query.text("lastname")) &&
    beginsWith(person.zip, query.text("zip")?.slice(0, 5)) &&
    (query.text("email") === undefined || person.email?.toLowerCase() === query.text("email")?.toLowerCase()) &&
    hasNumber(query.text("anyphone"), person.homePhone, person.mobilePhone, person.contactPhone) &&
    hasNumber(query.text("homephone"), person.homePhone) &&
    hasNumber(query.text("mobilephone"), person.mobilePhone) &&
    (department === undefined || (person.departmentId ?? "-1") === department) &&
    (status === undefined ? person.status !== "deleted" : person.status === status)
  )
}

const hour = 3_600_000

/** By the appointments of a patient. Hours are read as if every department lived in the server's zone. */
const appointmentFilter = ({ now, practice, query }: RouteContext): ((person: Person) => boolean) => {
  const department = query.text("appointmentdepartmentid")
  const provider = query.text("appointmentproviderid")
  const hours = query.text("upcomingappointmenthours")
  if (department === undefined && provider === undefined && hours === undefined) return () => true
  const until = hours === undefined ? undefined : now + Math.min(24, Number(hours)) * hour
  const expected = new Set<number>()
  for (const row of practice.appointments.all()) {
    const at = row.day * 24 * hour + row.minutes * 60_000
    if (row.patientId === undefined || row.status === "x") continue
    if (department !== undefined && row.departmentId !== department) continue
    if (provider !== undefined && row.providerId !== provider) continue
    if (until !== undefined && (at < now - 2 * hour || at > until)) continue
    expected.add(row.patientId)
  }
  return (person) => expected.has(person.id)
}
