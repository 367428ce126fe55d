/** What happens to patients. Each function changes one practice, or answers why it did not. */
import { dayMillis, dayNumber, parseIsoDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"
import type { Applied } from "./Applied.ts"
import type { AddPatient, DeletePatient, MergePatients, PatientFields, UpdatePatient } from "./Mutation.ts"

export const addPatient = (practice: PracticeWorld, mutation: typeof AddPatient.Type, now: number): Applied => {
  const person = withFields(newPerson(practice, now), mutation.fields)
  practice.patients.put(person)
  return { patientId: String(person.id) }
}

export const updatePatient = (practice: PracticeWorld, mutation: typeof UpdatePatient.Type): Applied => {
  const person = practice.patients.get(Number(mutation.patientId))
  if (person === undefined) return noPatient
  practice.patients.put(withFields(person, mutation.fields))
  return { patientId: String(person.id) }
}

export const mergePatients = (practice: PracticeWorld, mutation: typeof MergePatients.Type, now: number): Applied => {
  const from = practice.patients.get(Number(mutation.patientId))
  const into = practice.patients.get(Number(mutation.intoPatientId))
  if (from === undefined || into === undefined) return noPatient
  if (from.id === into.id) return "a patient cannot be merged into themselves"
  if (from.mergedInto !== undefined) return "the patient was merged already"
  if (into.mergedInto !== undefined || into.status === "deleted") return "nobody can be merged into a deleted patient"
  practice.patients.put({ ...from, status: "deleted", mergedInto: into.id })
  practice.patients.put({ ...into, previousIds: [...into.previousIds, ...from.previousIds, from.id] })
  for (const appointment of practice.appointments.all()) {
    if (appointment.patientId === from.id) {
      practice.appointments.put({ ...appointment, patientId: into.id, lastModifiedAt: now })
    }
  }
  return { patientId: String(into.id) }
}

export const deletePatient = (practice: PracticeWorld, mutation: typeof DeletePatient.Type): Applied => {
  const person = practice.patients.get(Number(mutation.patientId))
  if (person === undefined) return noPatient
  practice.patients.put({ ...person, status: "deleted" })
  return { patientId: String(person.id) }
}

const noPatient = "there is no such patient"

const newPerson = (practice: PracticeWorld, now: number): Person => {
  const department = practice.profile.departments[0]?.id
  return {
    id: practice.patients.newId(),
    firstName: "Testa",
    lastName: "Newcomer",
    middleName: undefined,
    preferredName: undefined,
    birthDay: dayNumber(1980, 1, 1),
    sex: undefined,
    status: "active",
    departmentId: department,
    primaryDepartmentId: department,
    primaryProviderId: undefined,
    registrationDay: Math.floor(now / dayMillis),
    address1: undefined,
    city: undefined,
    state: undefined,
    zip: undefined,
    homePhone: undefined,
    mobilePhone: undefined,
    email: undefined,
    contactName: undefined,
    contactPhone: undefined,
    notes: undefined,
    mergedInto: undefined,
    previousIds: []
  }
}

const withFields = (person: Person, fields: PatientFields): Person => {
  const changed = <A>(value: A | null | undefined, before: A | undefined): A | undefined =>
    value === undefined ? before : (value ?? undefined)
  return {
    ...person,
    firstName: fields.firstName ?? person.firstName,
    lastName: fields.lastName ?? person.lastName,
    preferredName: changed(fields.preferredName, person.preferredName),
    birthDay: (fields.birthDate === undefined ? undefined : parseIsoDate(fields.birthDate)) ?? person.birthDay,
    sex: changed(fields.sex, person.sex),
    status: fields.status ?? person.status,
    departmentId: changed(fields.departmentId, person.departmentId),
    primaryDepartmentId: changed(fields.departmentId, person.primaryDepartmentId),
    address1: changed(fields.address1, person.address1),
    city: changed(fields.city, person.city),
    state: changed(fields.state, person.state),
    zip: changed(fields.zip, person.zip),
    homePhone: changed(fields.homePhone, person.homePhone),
    mobilePhone: changed(fields.mobilePhone, person.mobilePhone),
    email: changed(fields.email, person.email),
    notes: changed(fields.notes, person.notes)
  }
}
