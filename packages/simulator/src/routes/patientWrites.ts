/**
 * `POST /v1/{practiceid}/patients` and `PUT /v1/{practiceid}/patients/{patientid}`. Whoever is registered already with the
 * same name and birth date is not registered again: the answer gives their id.
 */
import type { PatientFields } from "../mutations/Mutation.ts"
import * as Errors from "../render/errors.ts"
import { isoDate, parseUsDate } from "../world/calendar.ts"
import { patientOfPath } from "./patientList.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const required = ["firstname", "lastname", "dob", "departmentid"]
/** One of them is needed as well. */
const contacts = ["email", "guarantoremail", "ssn", "homephone", "mobilephone", "workphone", "zip"]

export const createPatient = (context: RouteContext): RouteAnswer => {
  const { mutate, practice, query } = context
  const missing = required.filter((name) => query.text(name) === undefined)
  if (missing.length > 0) return refuse(Errors.missingFields(missing))
  const birthDay = parseUsDate(query.text("dob") ?? "")
  if (birthDay === undefined) return refuse(Errors.improperBirthDate)
  if (!contacts.some((name) => query.text(name) !== undefined)) return refuse(Errors.missingFields(contacts))
  const isSame = (value: string, name: string) => value.toLowerCase() === query.text(name)?.toLowerCase()
  const known = practice.patients
    .all()
    .find(
      (person) =>
        person.status !== "deleted" &&
        person.birthDay === birthDay &&
        isSame(person.firstName, "firstname") &&
        isSame(person.lastName, "lastname")
    )
  if (known !== undefined) return written(String(known.id))
  const result = mutate({ kind: "addPatient", practiceId: practice.id, fields: fieldsOf(context) })
  return "reason" in result ? refuse(Errors.refusedWrite(result.reason)) : written(result.patientId ?? "")
}

export const updatePatient = (context: RouteContext): RouteAnswer => {
  const person = patientOfPath(context)
  if ("_tag" in person) return person
  const dob = context.query.text("dob")
  if (dob !== undefined && parseUsDate(dob) === undefined) return refuse(Errors.improperBirthDate)
  const result = context.mutate({
    kind: "updatePatient",
    practiceId: context.practice.id,
    patientId: context.id,
    fields: fieldsOf(context)
  })
  return "reason" in result ? refuse(Errors.refusedWrite(result.reason)) : written(context.id)
}

const texts = {
  firstname: "firstName",
  lastname: "lastName",
  address1: "address1",
  city: "city",
  state: "state",
  zip: "zip",
  homephone: "homePhone",
  mobilephone: "mobilePhone",
  departmentid: "departmentId",
  notes: "notes"
} as const

const fieldsOf = ({ query }: RouteContext): PatientFields => {
  const fields: Record<string, string | null> = {}
  for (const [name, value] of query.sent(Object.keys(texts))) fields[texts[name as keyof typeof texts]] = value
  const birthDay = parseUsDate(query.text("dob") ?? "")
  if (birthDay !== undefined) fields["birthDate"] = isoDate(birthDay)
  const sex = query.text("sex")
  if (sex === "M" || sex === "F") fields["sex"] = sex
  const email = query.text("email")
  // Said to have none.
  if (email !== undefined) fields["email"] = email === "declined" ? null : email
  return fields
}

const written = (patientId: string): RouteAnswer => ({
  _tag: "Rows",
  rows: [JSON.stringify({ patientid: patientId })],
  patientIds: [patientId]
})
