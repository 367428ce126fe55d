/**
 * A lab result in a patient's chart. Analytes, notes and values stay in the sealed `raw`. The same result in the changed
 * feed (`documents/ChangedLabResult.ts`) has other fields.
 */
import { LabResultId } from "../../ids/LabResultId.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const labResultColumns = {
  labResultId: required("labresultid", opaqueIdentifier(LabResultId)),
  /** `preliminary`, `final` … Missing on many. */
  resultStatus: optional("resultstatus", text),
  /** Missing on many. */
  date: optional("labresultdate", vendorDate)
}

const labResultDetails = {
  description: optional("description", text)
}

export interface LabResult extends RecordOf<typeof labResultColumns, typeof labResultDetails> {}

export const labResultKind: RecordKind<LabResult> = kindOfColumns({
  name: "labresult",
  idKey: "labresultid",
  phi: {
    identifying: ["description", "analytes", "internalnote", "*"],
    linked: ["labresultid", "resultstatus", "labresultdate"],
    none: []
  },
  columns: labResultColumns,
  details: labResultDetails
})
