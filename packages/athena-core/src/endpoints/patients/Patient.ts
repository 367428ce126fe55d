/**
 * A patient's registration record.
 *
 * Ids and status are linked data and plain values; who the patient is comes as one redacted struct, so that printing a
 * patient prints nothing.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/patient
 */
import { Redacted, Result } from "effect"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import type { PhiFields } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { type Columns, columnReader, columns, optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { idIn, type RecordKind } from "../RecordKind.ts"

const patientColumns = {
  patientId: required("patientid", opaqueIdentifier(PatientId)),
  /** `active`, `inactive`, `prospective`, `deleted`. Deleted patients stay readable by id. */
  status: optional("status", text),
  /** Where the patient is seen now; can be missing. */
  primaryDepartmentId: optional("primarydepartmentid", opaqueIdentifier(DepartmentId)),
  /** Where the patient was registered; can be missing. */
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId))
}

const identityColumns = {
  firstName: optional("firstname", text),
  lastName: optional("lastname", text),
  birthDate: optional("dob", vendorDate),
  sex: optional("sex", text),
  email: optional("email", text),
  mobilePhone: optional("mobilephone", text)
}

/** Who the patient is: everything that identifies. */
export type PatientIdentity = Columns<typeof identityColumns>

export interface Patient extends Columns<typeof patientColumns> {
  readonly identity: Redacted.Redacted<PatientIdentity>
  /** The record as sent, less what is never stored. */
  readonly raw: SealedRecord
}

export const PatientColumns = columns("PatientColumns", patientColumns)
export const PatientIdentityColumns = columns("PatientIdentityColumns", identityColumns)

export const patientPhi: PhiFields = {
  // Everything that is not listed below as well: guarantors, relatives, insurances, balances, custom fields, notes.
  identifying: [
    "firstname",
    "lastname",
    "middlename",
    "dob",
    "sex",
    "email",
    "mobilephone",
    "homephone",
    "address1",
    "zip",
    "*"
  ],
  linked: ["patientid", "status", "registrationdate", "firstappointment", "lastappointment", "previouspatientids"],
  none: ["departmentid", "primarydepartmentid", "primaryproviderid"]
}

const decodeColumns = columnReader(patientColumns)
const decodeIdentity = columnReader(identityColumns)

export const patientKind: RecordKind<Patient> = {
  name: "patient",
  phi: patientPhi,
  idKey: "patientid",
  decode: (wire, raw) =>
    Result.flatMap(decodeColumns(wire), (decoded) =>
      Result.map(decodeIdentity(wire), (identity) =>
        Object.assign(decoded, { identity: Redacted.make(identity, { label: "patient" }), raw })
      )
    ),
  subjects: (wire) => {
    const patient = idIn(wire, "patientid")
    return { patientIds: patient === undefined ? [] : [patient as PatientId], appointmentIds: [] }
  }
}
