/**
 * `GET /v1/{practiceid}/appointments/booked` and `/appointments/booked/multipledepartment`.
 *
 * Rows come in an order that loosely follows the time of day and is otherwise a hash of the id: not by date,
 * not by id, not by last change, and the same every time while nothing changes.
 */
import type { Appointment } from "../world/Appointment.ts"
import { draw } from "../world/random.ts"
import { appointmentRow } from "./appointmentRows.ts"
import { type BookedFilter, bookedFilter, bookedParameters } from "./bookedFilter.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const bookedAppointments = (context: RouteContext, manyDepartments: boolean): RouteAnswer => {
  const filter = bookedFilter(context.query, manyDepartments)
  if ("_tag" in filter) return filter
  const window = pageWindow(context, 1000)
  if ("_tag" in window) return window
  const found = matching(context, filter)
  const page = found.slice(window.offset, window.offset + window.limit)
  const detail = {
    leaner: false,
    showCopay: context.query.flag("showcopay", true),
    showPatient: context.query.flag("showpatientdetail")
  }
  const patientIds = new Set<string>()
  for (const { patientId } of page) if (patientId !== undefined) patientIds.add(String(patientId))
  return {
    _tag: "Page",
    recordsKey: "appointments",
    totalCount: totalCount(context, found.length),
    ...pageLinks(context, window, found.length, bookedParameters),
    rows: page.map((appointment) => appointmentRow(context.practice, appointment, detail, context.marker)),
    patientIds: [...patientIds]
  }
}

interface Found {
  readonly version: number
  readonly rows: ReadonlyArray<Appointment>
}

/** What the last few questions found, so that page 50 does not search for pages 1 to 49 again. */
const found = new WeakMap<object, Map<string, Found>>()
const rememberedQuestions = 8
const rememberedQuestionsOfLarge = 2

const matching = (context: RouteContext, filter: BookedFilter): ReadonlyArray<Appointment> => {
  const book = context.practice.appointments
  const question = JSON.stringify(context.query.sent(bookedParameters))
  const remembered = found.get(book) ?? new Map<string, Found>()
  found.set(book, remembered)
  const known = remembered.get(question)
  if (known?.version === book.version) return known.rows
  const rows = unordered(book.between(filter.from, filter.to).filter(filter.matches))
  if (remembered.size >= (context.practice.isLarge ? rememberedQuestionsOfLarge : rememberedQuestions))
    remembered.clear()
  remembered.set(question, { version: book.version, rows })
  return rows
}

const unordered = (rows: ReadonlyArray<Appointment>): ReadonlyArray<Appointment> =>
  rows
    .map((row) => [Math.floor(row.minutes / 240) * 4_294_967_296 + draw(3, row.id), row] as const)
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row)
