/**
 * A reason that patients may book an appointment for. A practice sets them up, and which slots are open for each.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/appointment-reasons
 */
import { Result } from "effect"
import { ReasonId } from "../../ids/ReasonId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { type Columns, columnReader, optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

const reasonColumns = {
  reasonId: required("reasonid", opaqueIdentifier(ReasonId)),
  /** Its name: "Follow Up". */
  reason: optional("reason", text),
  description: optional("description", text),
  /** `new`, `existing` or `all` patients. */
  forPatients: optional("reasontype", text),
  /** How many hours before it an appointment must be booked, and how many days ahead it can be. */
  minimumHours: optional("schedulingminhours", wholeNumber),
  maximumDays: optional("schedulingmaxdays", wholeNumber)
}

export interface PatientAppointmentReason extends Columns<typeof reasonColumns> {
  readonly raw: SealedRecord
}

const decodeColumns = columnReader(reasonColumns)

export const patientAppointmentReasonKind: ReferenceKind<PatientAppointmentReason> = {
  name: "patientappointmentreason",
  phi: noPhi,
  idKey: "reasonid",
  decode: (wire, raw) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { raw })),
  subjects: () => noSubjects
}
