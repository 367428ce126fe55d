/**
 * A problem on a patient's problem list. Its history, notes and diagnoses stay in the sealed `raw`.
 */
import { ProblemId } from "../../ids/ProblemId.ts"
import { isoStamp } from "../../time/isoStamp.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const problemColumns = {
  problemId: required("problemid", opaqueIdentifier(ProblemId)),
  /** Set on problems that are hidden or over. */
  deactivatedOn: optional("deactivateddate", vendorDate),
  lastModifiedAt: optional("lastmodifieddatetime", isoStamp)
}

const problemDetails = {
  name: optional("name", text),
  code: optional("code", text),
  /** `SNOMED` … */
  codeSet: optional("codeset", text)
}

export interface Problem extends RecordOf<typeof problemColumns, typeof problemDetails> {}

export const problemKind: RecordKind<Problem> = kindOfColumns({
  name: "problem",
  idKey: "problemid",
  phi: {
    identifying: ["name", "code", "codeset", "bestmatchicd10code", "events", "*"],
    linked: ["problemid", "deactivateddate", "lastmodifieddatetime"],
    none: []
  },
  columns: problemColumns,
  details: problemDetails
})
