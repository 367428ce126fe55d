/**
 * A patient case: a task in a practice's inbox about a patient, such as a call to return. By default every booking and
 * cancelling makes one. Subject and description are free text and stay redacted.
 */
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { DocumentId } from "../../ids/DocumentId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const patientCaseColumns = {
  /** Patient cases are documents. */
  patientCaseId: required("patientcaseid", opaqueIdentifier(DocumentId)),
  patientId: optional("patientid", opaqueIdentifier(PatientId)),
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId)),
  /** `REVIEW`, `CLOSED` … */
  status: optional("status", text),
  createdOn: optional("createddate", vendorDate)
}

const patientCaseDetails = {
  subject: optional("subject", text),
  description: optional("description", text)
}

export interface PatientCase extends RecordOf<typeof patientCaseColumns, typeof patientCaseDetails> {}

export const patientCaseKind: RecordKind<PatientCase> = kindOfColumns({
  name: "patientcase",
  idKey: "patientcaseid",
  phi: {
    identifying: ["subject", "description", "*"],
    linked: ["patientcaseid", "patientid", "status", "createddate"],
    none: ["departmentid"]
  },
  columns: patientCaseColumns,
  details: patientCaseDetails
})
