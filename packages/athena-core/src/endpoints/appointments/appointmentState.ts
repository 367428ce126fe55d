/**
 * What a write may have done to an appointment, read back: its status, whose it is, where and with whom it is, and what
 * check-in, confirmation, freezing and rescheduling leave on it. Fewer fields are asked of the record than elsewhere, so that one that is odd can still tell.
 */
import { Effect, Option, Result } from "effect"
import { AppointmentId } from "../../ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import { ConfirmationStatusId } from "../../ids/ConfirmationStatusId.ts"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import { ProviderId } from "../../ids/ProviderId.ts"
import { type Columns, columnReader, optional, required, type WireRecord } from "../../wire/columns.ts"
import { flag } from "../../wire/flag.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import type { RecordKind } from "../RecordKind.ts"
import { patientDataRecord } from "../record.ts"
import { appointmentKind } from "./Appointment.ts"
import { type AppointmentQuery, GetAppointment } from "./GetAppointment.ts"

const stateColumns = {
  appointmentId: required("appointmentid", opaqueIdentifier(AppointmentId)),
  status: required("appointmentstatus", text),
  patientId: optional("patientid", opaqueIdentifier(PatientId)),
  checkInStarted: optional("startcheckin", text),
  confirmationStatusId: optional("appointmentconfirmationid", opaqueIdentifier(ConfirmationStatusId)),
  rescheduledAppointmentId: optional("rescheduledappointmentid", opaqueIdentifier(AppointmentId)),
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId)),
  providerId: optional("providerid", opaqueIdentifier(ProviderId)),
  appointmentTypeId: optional("appointmenttypeid", opaqueIdentifier(AppointmentTypeId))
}

export interface AppointmentState extends Columns<typeof stateColumns> {
  /** Undefined where the record does not say, as many do not. */
  readonly isFrozen: boolean | undefined
}

const decodeColumns = columnReader(stateColumns)

/** Told under one of two names, or not at all. */
const isFrozenIn = (wire: WireRecord): boolean | undefined => {
  const told = wire["frozen"] ?? wire["frozenyn"]
  return typeof told === "boolean" || typeof told === "string" ? flag.parse(told) : undefined
}

const stateKind: RecordKind<AppointmentState> = {
  ...appointmentKind,
  decode: (wire) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { isFrozen: isFrozenIn(wire) }))
}

const read = patientDataRecord({ ...GetAppointment.description, kind: stateKind }).read

/** None when the vendor knows no such appointment. An audited access, as every read. */
export const appointmentState = (query: AppointmentQuery) =>
  read({ practiceId: query.practiceId, appointmentId: query.appointmentId }).pipe(
    Effect.asSome,
    Effect.catchReason("AthenaError", "RecordNotFound", () => Effect.succeed(Option.none<AppointmentState>()))
  )

/** Booked, or further: checked in, checked out, charge entered. */
export const isBooked = ({ status }: AppointmentState): boolean => ["f", "2", "3", "4"].includes(status)

/** Checked in, or further. */
export const isCheckedIn = ({ status }: AppointmentState): boolean => ["2", "3", "4"].includes(status)
