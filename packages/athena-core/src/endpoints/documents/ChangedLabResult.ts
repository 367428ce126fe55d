/**
 * A lab result as the changed feed has it: who, where and when, without its values. Notes stay redacted. Ids come as
 * numbers and as text in one record.
 */
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { EncounterId } from "../../ids/EncounterId.ts"
import { LabResultId } from "../../ids/LabResultId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import { ProviderId } from "../../ids/ProviderId.ts"
import { isoStamp } from "../../time/isoStamp.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const changedLabResultColumns = {
  labResultId: required("labresultid", opaqueIdentifier(LabResultId)),
  patientId: optional("patientid", opaqueIdentifier(PatientId)),
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId)),
  providerId: optional("providerid", opaqueIdentifier(ProviderId)),
  encounterId: optional("encounterid", opaqueIdentifier(EncounterId)),
  /** `REVIEW`, `CLOSED` … */
  status: optional("status", text),
  observedAt: optional("observationdatetime", isoStamp),
  createdAt: optional("createddatetime", isoStamp),
  lastModifiedAt: optional("lastmodifieddatetime", isoStamp)
}

const changedLabResultDetails = {
  internalNote: optional("internalnote", text),
  patientNote: optional("patientnote", text)
}

export interface ChangedLabResult extends RecordOf<typeof changedLabResultColumns, typeof changedLabResultDetails> {}

export const changedLabResultKind: RecordKind<ChangedLabResult> = kindOfColumns({
  name: "changedlabresult",
  idKey: "labresultid",
  phi: {
    identifying: ["internalnote", "patientnote", "*"],
    linked: [
      "labresultid",
      "patientid",
      "encounterid",
      "status",
      "observationdatetime",
      "createddatetime",
      "lastmodifieddatetime"
    ],
    none: ["departmentid", "providerid"]
  },
  columns: changedLabResultColumns,
  details: changedLabResultDetails
})
