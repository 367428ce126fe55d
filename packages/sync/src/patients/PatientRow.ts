/**
 * A patient as the table holds it. Here the redacted identity is revealed, to be written to the database.
 */
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { arrayLiteral } from "../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../rows/storable.ts"

export interface PatientRow {
  readonly patient: Patient
  readonly json: string
  readonly hash: string
}

export const rowOf = (patient: Patient): PatientRow => {
  const json = storableRecord(patient.raw)
  return { patient, json, hash: contentHash(json) }
}

/** The rows as one array a column, in the order of the statement that takes them. */
export const columnsOf = (rows: ReadonlyArray<PatientRow>) => {
  const identities = rows.map(({ patient }) => reveal(patient.identity, "storage"))
  return {
    patientId: arrayLiteral(rows.map(({ patient }) => patient.patientId)),
    firstName: arrayLiteral(identities.map(({ firstName }) => firstName)),
    lastName: arrayLiteral(identities.map(({ lastName }) => lastName)),
    birthDate: arrayLiteral(identities.map(({ birthDate }) => birthDate)),
    sex: arrayLiteral(identities.map(({ sex }) => sex)),
    email: arrayLiteral(identities.map(({ email }) => email)),
    mobilePhone: arrayLiteral(identities.map(({ mobilePhone }) => mobilePhone)),
    departmentId: arrayLiteral(rows.map(({ patient }) => patient.primaryDepartmentId ?? patient.departmentId)),
    status: arrayLiteral(rows.map(({ patient }) => patient.status)),
    raw: rows.map(({ json }) => json),
    contentHash: arrayLiteral(rows.map(({ hash }) => hash))
  }
}
