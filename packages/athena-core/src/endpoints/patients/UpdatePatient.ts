import { Effect, type Redacted } from "effect"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { reveal } from "../../phi/reveal.ts"
import { didNotHappen, happened, patientDataWrite, type WriteQuery } from "../write.ts"
import { GetPatient } from "./GetPatient.ts"
import { patientKind } from "./Patient.ts"
import { type PatientFields, patientForm } from "./PatientFields.ts"
import { writtenPatient } from "./writtenPatient.ts"

export interface UpdatePatientQuery extends WriteQuery {
  readonly patientId: PatientId
  /** Needed in enterprise practices to change the right copy of the record. */
  readonly departmentId?: DepartmentId
  /** Only what is to be changed. */
  readonly changes: Redacted.Redacted<PatientFields>
}

const ofDepartment = ({ departmentId }: UpdatePatientQuery) => (departmentId === undefined ? {} : { departmentId })

/**
 * The record has what was written, or it is written again, which changes nothing more. The vendor may spell a value in its
 * own way, a telephone number in digits: then it reads as not done.
 */
const look = Effect.fnUntraced(function* (query: UpdatePatientQuery) {
  const { patientId, practiceId } = query
  const patient = yield* GetPatient.read({ practiceId, patientId, ...ofDepartment(query) })
  const wire = reveal(patient.raw, "request")
  const isDone = Object.entries(patientForm(query.changes)).every(([name, value]) => wire[name] === value)
  return isDone ? happened(patientId) : didNotHappen
})

/** Changes a patient's registration; what is not named stays. Form and answer are documented, and like those of a create. */
export const UpdatePatient = patientDataWrite(
  {
    name: "UpdatePatient",
    verb: "PUT",
    path: "/v1/{practiceid}/patients/{patientid}",
    vendorPage: "https://docs.athenahealth.com/api/api-ref/patient",
    evidence: "documented",
    repeat: "never",
    action: "U",
    phi: patientKind.phi,
    auditedParameters: ["departmentid"],
    pathOf: (query: UpdatePatientQuery) => ({ patientid: query.patientId }),
    form: (query) => ({
      ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
      ...patientForm(query.changes)
    }),
    asked: (query) => ({ patientIds: [query.patientId], appointmentIds: [] }),
    readAnswer: writtenPatient
  },
  look
)
