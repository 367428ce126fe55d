/**
 * An entry on a patient's medication list: prescribed, entered from history, or downloaded. Doses, notes and events stay
 * in the sealed `raw`.
 */
import { EncounterId } from "../../ids/EncounterId.ts"
import { MedicationEntryId } from "../../ids/MedicationEntryId.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const medicationColumns = {
  medicationEntryId: required("medicationentryid", opaqueIdentifier(MedicationEntryId)),
  /** Where it was prescribed; none on entries from history. */
  encounterId: optional("encounterid", opaqueIdentifier(EncounterId)),
  /** Of the prescription: `REVIEW` … */
  status: optional("status", text),
  lastModifiedOn: optional("lastmodifieddate", vendorDate)
}

const medicationDetails = {
  /** Name, strength and form as one text. */
  medication: optional("medication", text),
  /** Of the vendor's catalogue; the same for every patient. */
  medicationId: optional("medicationid", text),
  instructions: optional("unstructuredsig", text)
}

export interface Medication extends RecordOf<typeof medicationColumns, typeof medicationDetails> {}

export const medicationKind: RecordKind<Medication> = kindOfColumns({
  name: "medication",
  idKey: "medicationentryid",
  phi: {
    identifying: ["medication", "medicationid", "unstructuredsig", "structuredsig", "patientnote", "providernote", "*"],
    linked: ["medicationentryid", "encounterid", "status", "lastmodifieddate"],
    none: []
  },
  columns: medicationColumns,
  details: medicationDetails
})
