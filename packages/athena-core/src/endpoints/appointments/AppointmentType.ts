/**
 * An appointment type of a practice: how long an appointment takes and what it is called.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/appointment-types
 */
import { Result } from "effect"
import { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { type Columns, columnReader, optional, required } from "../../wire/columns.ts"
import { flag } from "../../wire/flag.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

const typeColumns = {
  appointmentTypeId: required("appointmenttypeid", opaqueIdentifier(AppointmentTypeId)),
  name: optional("name", text),
  shortName: optional("shortname", text),
  /** As patients are shown it. */
  patientDisplayName: optional("patientdisplayname", text),
  durationMinutes: optional("duration", wholeNumber),
  /** Can be booked as any type of its length: "Any 15". */
  isGeneric: optional("generic", flag),
  /** For appointments with a patient. */
  isForPatients: optional("patient", flag),
  /** Only marks slots; no appointment has it. */
  isTemplateOnly: optional("templatetypeonly", flag)
}

export interface AppointmentType extends Columns<typeof typeColumns> {
  readonly raw: SealedRecord
}

const decodeColumns = columnReader(typeColumns)

export const appointmentTypeKind: ReferenceKind<AppointmentType> = {
  name: "appointmenttype",
  phi: noPhi,
  idKey: "appointmenttypeid",
  decode: (wire, raw) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { raw })),
  subjects: () => noSubjects
}
