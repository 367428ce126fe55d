/**
 * `GET /v1/{practiceid}/chart/{patientid}/…` and `/chart/encounter/{encounterid}`. A department decides which chart is
 * shown: one that the practice has not shows an empty one, and no error.
 */
import {
  allergyRecords,
  labResultRecords,
  medicationGroups,
  problemRecords,
  vaccineRecords,
  vitalRecords
} from "../render/chart.ts"
import { encounterRecord, hasEncounter } from "../render/encounter.ts"
import { invalidValue, missingFields, unknownRecord } from "../render/errors.ts"
import { parseUsDate } from "../world/calendar.ts"
import { appointmentIdOfEncounter } from "../world/derivedIds.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import { pagedList, patientOfPath, rowOf, wholeList } from "./patientList.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

interface Section {
  readonly recordsKey: string
  readonly records: (practice: PracticeWorld, person: Person) => ReadonlyArray<unknown>
  /** What stands beside the rows; a section that has it comes whole. */
  readonly beside?: object
}

const encounters = (practice: PracticeWorld, person: Person): ReadonlyArray<object> =>
  practice.appointments
    .all()
    .filter((row) => row.patientId === person.id && hasEncounter(row))
    .sort((a, b) => b.day - a.day || b.minutes - a.minutes)
    .map((row) => encounterRecord(practice, row))

const note = { sectionnote: "Asked by telephone, told by a relative.", lastmodifiedby: "API-2834" }

/** By the name of the route. */
export const chartSections = {
  problems: { recordsKey: "problems", records: problemRecords, beside: note },
  medications: { recordsKey: "medications", records: medicationGroups, beside: note },
  allergies: { recordsKey: "allergies", records: allergyRecords, beside: { nkda: false, ...note } },
  vaccines: { recordsKey: "vaccines", records: vaccineRecords, beside: {} },
  vitals: { recordsKey: "vitals", records: vitalRecords },
  encounters: { recordsKey: "encounters", records: encounters },
  labresults: { recordsKey: "results", records: labResultRecords }
} as const satisfies Readonly<Record<string, Section>>

/** One section of a patient's chart. */
export const chart = (context: RouteContext, name: keyof typeof chartSections): RouteAnswer => {
  const department = context.query.text("departmentid")
  if (department === undefined) return refuse(missingFields(["departmentid"]))
  const patient = patientOfPath(context)
  if ("_tag" in patient) return patient
  const section: Section = chartSections[name]
  const isOwn = context.practice.departments.has(department)
  const list = {
    recordsKey: section.recordsKey,
    records: isOwn ? dated(context, section.records(context.practice, patient)) : [],
    patientIds: [String(patient.id)]
  }
  if (section.beside !== undefined) return wholeList(context, list, isOwn ? section.beside : {})
  return pagedList(context, { ...list, parameters: ["departmentid", "startdate", "enddate"], defaultRows: 1000 })
}

/** Vitals whose readings lie within `startdate` and `enddate`; other sections take no dates. */
const dated = ({ query }: RouteContext, records: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const from = parseUsDate(query.text("startdate") ?? "") ?? -Infinity
  const to = parseUsDate(query.text("enddate") ?? "") ?? Infinity
  if (from === -Infinity && to === Infinity) return records
  return records.filter((record) => {
    const taken = /"readingtaken":"([^"]+)"/.exec(JSON.stringify(record))?.[1]
    const day = taken === undefined ? undefined : parseUsDate(taken)
    return day === undefined || (day >= from && day <= to)
  })
}

/** An array of one, which need not name the patient. */
export const encounter = (context: RouteContext): RouteAnswer => {
  if (!/^\d+$/.test(context.id)) return refuse(invalidValue("type integer", context.id))
  const row = context.practice.appointments.get(appointmentIdOfEncounter(Number(context.id)))
  if (row === undefined || !hasEncounter(row)) return refuse(unknownRecord(404, "encounter"))
  return {
    _tag: "Rows",
    rows: [rowOf(context, encounterRecord(context.practice, row))],
    patientIds: [String(row.patientId)]
  }
}
