/**
 * A reason to cancel an appointment for. The vendor's reference names the list; of its fields no answer was seen, so they
 * are taken to be those that a cancelled appointment has, less their prefix.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/appointment-cancel-reason
 */
import { Result } from "effect"
import { CancelReasonId } from "../../ids/CancelReasonId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { type Columns, columnReader, optional, required } from "../../wire/columns.ts"
import { flag } from "../../wire/flag.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

const reasonColumns = {
  cancelReasonId: required("reasonid", opaqueIdentifier(CancelReasonId)),
  name: optional("name", text),
  /** The patient did not come. */
  isNoShow: optional("noshow", flag),
  /** The slot can be booked again. */
  isSlotAvailable: optional("slotavailable", flag)
}

export interface CancelReason extends Columns<typeof reasonColumns> {
  readonly raw: SealedRecord
}

const decodeColumns = columnReader(reasonColumns)

export const cancelReasonKind: ReferenceKind<CancelReason> = {
  name: "cancelreason",
  phi: noPhi,
  idKey: "reasonid",
  decode: (wire, raw) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { raw })),
  subjects: () => noSubjects
}
