/** Lists about one patient. */
import { invalidValue, unknownRecord } from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"
import { plantMarker } from "../render/plantMarker.ts"
import type { Person } from "../world/Person.ts"
import { type PageWindow, pageLinks, pageWindow, totalCount } from "./paging.ts"
import { type RefusedAnswer, type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

/** The patient of the path, or the refusal of an unknown one. */
export const patientOfPath = (context: RouteContext): Person | RefusedAnswer => {
  if (!/^\d+$/.test(context.id)) return refuse(invalidValue("type integer", context.id))
  const found = context.practice.patients.get(Number(context.id))
  if (found !== undefined) return found
  const { unknownPatient } = context.settings
  return refuse(unknownRecord(unknownPatient === "empty" ? 404 : unknownPatient, "patient"))
}

/** The JSON of a record, with a marker planted while a fault says so. */
export const rowOf = (context: RouteContext, record: unknown): string =>
  vendorJson(context.marker === undefined ? record : plantMarker(record, context.marker))

export interface PatientList {
  readonly recordsKey: string
  readonly records: ReadonlyArray<unknown>
  /** Whom the rows are about. */
  readonly patientIds: ReadonlyArray<string>
  /** Those that `next` repeats. */
  readonly parameters: ReadonlyArray<string>
  readonly defaultRows: number
}

/** One page of `list`, paged by `limit` and `offset`. */
export const pagedList = (context: RouteContext, list: PatientList): RouteAnswer => {
  const window = pageWindow(context, list.defaultRows)
  return "_tag" in window ? window : pageOf(context, window, list)
}

const pageOf = (context: RouteContext, window: PageWindow, list: PatientList): RouteAnswer => ({
  _tag: "Page",
  recordsKey: list.recordsKey,
  totalCount: totalCount(context, list.records.length),
  ...pageLinks(context, window, list.records.length, list.parameters),
  rows: list.records.slice(window.offset, window.offset + window.limit).map((record) => rowOf(context, record)),
  patientIds: list.patientIds
})

/** All of a list in one answer, as endpoints give it that know neither `limit` nor `offset`. */
export const wholeList = (
  context: RouteContext,
  list: Omit<PatientList, "parameters" | "defaultRows">,
  beside: object
): RouteAnswer => ({
  _tag: "Page",
  recordsKey: list.recordsKey,
  totalCount: undefined,
  next: undefined,
  previous: undefined,
  rows: list.records.map((record) => rowOf(context, record)),
  patientIds: list.patientIds,
  beside: context.marker === undefined ? beside : (plantMarker(beside, context.marker) as object)
})
