/**
 * `GET /v1/{practiceid}/patients/enhancedbestmatch`: a bare array of those who match well, each with a score, a number in
 * one record and a text in the next. 23 is all of name and birth date; how the rest is scored is [assumed].
 */
import { improperBirthDate, missingFields } from "../render/errors.ts"
import { patientRecord } from "../render/patient.ts"
import { parseUsDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import { rowOf } from "./patientList.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const required = ["lastname", "dob", "firstname"]
const exact = 23
const goodEnough = 16

export const bestMatch = (context: RouteContext): RouteAnswer => {
  const { practice, query } = context
  const missing = required.filter((name) => query.text(name) === undefined)
  if (missing.length > 0) return refuse(missingFields(missing))
  const birthDay = parseUsDate(query.text("dob") ?? "")
  if (birthDay === undefined) return refuse(improperBirthDate)
  const firstName = (query.text("firstname") ?? "").toLowerCase()
  const lastName = (query.text("lastname") ?? "").toLowerCase()
  const score = (person: Person) =>
    (person.firstName.toLowerCase() === firstName ? 7 : 0) +
    (person.lastName.toLowerCase() === lastName ? 7 : 0) +
    (person.birthDay === birthDay ? 9 : 0)
  const least = Math.max(
    query.flag("returnbestmatches") ? goodEnough : exact,
    Number(query.text("minscore") ?? goodEnough)
  )
  const found = practice.patients
    .all()
    .flatMap((person) => {
      const scored = score(person)
      return person.status === "deleted" || scored < least ? [] : [{ person, scored }]
    })
    .sort((a, b) => b.scored - a.scored)
    .slice(0, 5)
  const detail = {
    showPreviousIds: false,
    showLocalId: query.flag("showlocalpatientid"),
    showInsurance: false,
    showCustomFields: false,
    departmentId: query.text("departmentid")
  }
  return {
    _tag: "Rows",
    rows: found.map(({ person, scored }) =>
      rowOf(context, {
        ...patientRecord(practice, person, detail),
        score: person.id % 2 === 0 ? String(scored) : scored
      })
    ),
    patientIds: found.map(({ person }) => String(person.id))
  }
}
