/**
 * An allergy in a patient's chart, known by what the patient is allergic to: it has no other id. Reactions stay in the
 * sealed `raw`.
 */
import { AllergenId } from "../../ids/AllergenId.ts"
import { isoStamp } from "../../time/isoStamp.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const allergyColumns = {
  allergenId: required("allergenid", opaqueIdentifier(AllergenId)),
  onsetOn: optional("onsetdate", vendorDate),
  lastModifiedAt: optional("lastmodifieddatetime", isoStamp)
}

const allergyDetails = {
  allergen: optional("allergenname", text),
  criticality: optional("criticality", text)
}

export interface Allergy extends RecordOf<typeof allergyColumns, typeof allergyDetails> {}

export const allergyKind: RecordKind<Allergy> = kindOfColumns({
  name: "allergy",
  idKey: "allergenid",
  phi: {
    identifying: ["allergenname", "criticality", "reactions", "*"],
    linked: ["allergenid", "onsetdate", "lastmodifieddatetime"],
    none: []
  },
  columns: allergyColumns,
  details: allergyDetails
})
