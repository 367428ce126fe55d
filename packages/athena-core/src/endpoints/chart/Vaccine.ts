/**
 * A vaccine in a patient's chart: given, entered from history, or refused. Only the path and the key of the list are
 * documented to us, so that little is read and everything stays in the sealed `raw`.
 */
import { VaccineId } from "../../ids/VaccineId.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const vaccineColumns = {
  vaccineId: required("vaccineid", opaqueIdentifier(VaccineId)),
  status: optional("status", text)
}

const vaccineDetails = {
  description: optional("description", text)
}

export interface Vaccine extends RecordOf<typeof vaccineColumns, typeof vaccineDetails> {}

export const vaccineKind: RecordKind<Vaccine> = kindOfColumns({
  name: "vaccine",
  idKey: "vaccineid",
  phi: { identifying: ["description", "*"], linked: ["vaccineid", "status"], none: [] },
  columns: vaccineColumns,
  details: vaccineDetails
})
