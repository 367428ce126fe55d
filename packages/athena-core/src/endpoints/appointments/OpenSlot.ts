/**
 * An open slot of the schedule: an appointment that nobody has booked, under the id that it keeps when somebody does.
 *
 * No patient is behind it. Ids were text until about 2019 and numbers in 2023.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/appointment-slot
 */
import { Result, Schema } from "effect"
import { AppointmentId } from "../../ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { ProviderId } from "../../ids/ProviderId.ts"
import { ReasonId } from "../../ids/ReasonId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { clockTime } from "../../time/clockTime.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { type Columns, columnReader, optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

const slotColumns = {
  appointmentId: required("appointmentid", opaqueIdentifier(AppointmentId)),
  departmentId: required("departmentid", opaqueIdentifier(DepartmentId)),
  providerId: optional("providerid", opaqueIdentifier(ProviderId)),
  /** Of the provider's ids, the one that the schedule is kept under. */
  localProviderId: optional("localproviderid", opaqueIdentifier(ProviderId)),
  /** The day and the time of day where the department is. */
  date: required("date", vendorDate),
  startTime: required("starttime", clockTime),
  durationMinutes: optional("duration", wholeNumber),
  appointmentTypeId: optional("appointmenttypeid", opaqueIdentifier(AppointmentTypeId)),
  /** The type's name as patients are shown it. */
  patientAppointmentTypeName: optional("patientappointmenttypename", text)
}

export interface OpenSlot extends Columns<typeof slotColumns> {
  /** Of the reasons asked for, those that it can be booked for. */
  readonly reasonIds: ReadonlyArray<ReasonId>
  readonly raw: SealedRecord
}

const decodeColumns = columnReader(slotColumns)
const isReasonId = Schema.is(ReasonId)

const reasonIdsIn = (value: unknown): ReadonlyArray<ReasonId> =>
  (Array.isArray(value) ? value : [value]).map(String).filter(isReasonId)

export const openSlotKind: ReferenceKind<OpenSlot> = {
  name: "openslot",
  phi: noPhi,
  idKey: "appointmentid",
  decode: (wire, raw) =>
    Result.map(decodeColumns(wire), (decoded) =>
      Object.assign(decoded, { reasonIds: reasonIdsIn(wire["reasonid"]), raw })
    ),
  subjects: () => noSubjects
}
