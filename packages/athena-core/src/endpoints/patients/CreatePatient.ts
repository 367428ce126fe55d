import { Effect, Redacted } from "effect"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import { reveal } from "../../phi/reveal.ts"
import type { LocalDate } from "../../time/LocalDate.ts"
import { noSubjects } from "../RecordKind.ts"
import { cannotBeTold, didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { type Patient, patientKind } from "./Patient.ts"
import { type PatientFields, patientForm } from "./PatientFields.ts"
import { SearchPatients } from "./SearchPatients.ts"
import { writtenPatient } from "./writtenPatient.ts"

/** The vendor requires name and birth date, and besides at least one of e-mail, a telephone number and ZIP code. */
export interface NewPatient extends PatientFields {
  readonly firstName: string
  readonly lastName: string
  readonly birthDate: LocalDate
}

export interface CreatePatientQuery extends WriteQuery {
  readonly departmentId: DepartmentId
  readonly patient: Redacted.Redacted<NewPatient>
}

const isSameName = (one: string | undefined, other: string) =>
  one !== undefined && one.trim().toLowerCase() === other.trim().toLowerCase()

const isPerson = (wanted: NewPatient) => (patient: Patient) => {
  const { birthDate, firstName, lastName } = reveal(patient.identity, "integration")
  return (
    patient.status !== "deleted" &&
    birthDate === wanted.birthDate &&
    isSameName(firstName, wanted.firstName) &&
    isSameName(lastName, wanted.lastName)
  )
}

/** Whether the person is registered, which is all that the call was for: the vendor, too, looks before it creates. */
const look = Effect.fnUntraced(function* (query: CreatePatientQuery) {
  const wanted = reveal(query.patient, "request")
  const { birthDate, firstName, lastName } = wanted
  const criteria = Redacted.make({ firstName, lastName, birthDate }, { label: "patient" })
  const { hasNext, misfits, records } = yield* SearchPatients.page({ practiceId: query.practiceId, criteria }, 0)
  const [found, ...others] = records.filter(isPerson(wanted))
  if (found !== undefined && others.length === 0) return happened(found.patientId)
  if (found !== undefined) return cannotBeTold("several patients have this name and birth date")
  if (misfits.length > 0 || hasNext) return cannotBeTold("not every patient that was found could be read")
  return didNotHappen
})

/**
 * Registers a patient. The vendor first looks for one who matches, and then gives the id of that one instead: ask
 * `FindMatchingPatients` before, which looks better, and compare. The value is the patient's id.
 *
 * An answer that is lost is reconciled by name and birth date. Sure of form and answer: they were recorded.
 */
export const CreatePatient = patientDataWrite(
  {
    name: "CreatePatient",
    verb: "POST",
    path: "/v1/{practiceid}/patients",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/patient",
    evidence: "recorded",
    repeat: "never",
    action: "C",
    phi: patientKind.phi,
    auditedParameters: ["departmentid"],
    pathOf: () => ({}),
    form: (query: CreatePatientQuery) => ({ departmentid: query.departmentId, ...patientForm(query.patient) }),
    asked: () => noSubjects,
    readAnswer: writtenPatient
  },
  look
)
