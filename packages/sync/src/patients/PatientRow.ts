/**
 * A patient as the table holds it. Here the redacted identity is revealed, to be written to the database.
 */
import type { Patient } from "@athena-engine/athena-core/endpoints/patients/Patient"
import { reveal } from "@athena-engine/athena-core/phi/reveal"
import { column } from "../rows/column.ts"
import { contentHash, storableJson, storableText } from "../rows/storable.ts"

export interface PatientRow {
  readonly patient: Patient
  readonly json: string
  readonly hash: string
}

export const rowOf = (patient: Patient): PatientRow => {
  const json = storableJson(reveal(patient.raw, "storage"))
  return { patient, json, hash: contentHash(json) }
}

const orNull = (value: string | undefined) => (value === undefined ? null : storableText(value))

/** The rows as one array a column, in the order of the statement that takes them. */
export const columnsOf = (rows: ReadonlyArray<PatientRow>) => {
  const identities = rows.map(({ patient }) => reveal(patient.identity, "storage"))
  return {
    patientId: rows.map(({ patient }) => patient.patientId),
    firstName: column(identities.map(({ firstName }) => orNull(firstName))),
    lastName: column(identities.map(({ lastName }) => orNull(lastName))),
    birthDate: column(identities.map(({ birthDate }) => birthDate ?? null)),
    sex: column(identities.map(({ sex }) => orNull(sex))),
    email: column(identities.map(({ email }) => orNull(email))),
    mobilePhone: column(identities.map(({ mobilePhone }) => orNull(mobilePhone))),
    departmentId: column(rows.map(({ patient }) => patient.primaryDepartmentId ?? patient.departmentId ?? null)),
    status: column(rows.map(({ patient }) => orNull(patient.status))),
    raw: rows.map(({ json }) => json),
    contentHash: rows.map(({ hash }) => hash)
  }
}
