/**
 * An appointment as the lists, the feeds and the read by id return it.
 *
 * Its ids, times and status are linked data and plain values. Everything else, notes and an embedded patient included,
 * stays in the redacted `raw`.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/appointment
 */
import { Result } from "effect"
import { AppointmentId } from "../../ids/AppointmentId.ts"
import { AppointmentTypeId } from "../../ids/AppointmentTypeId.ts"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import { ProviderId } from "../../ids/ProviderId.ts"
import type { PhiFields } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { clockTime } from "../../time/clockTime.ts"
import { easternStamp } from "../../time/easternStamp.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { type Columns, columnReader, columns, optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { wholeNumber } from "../../wire/wholeNumber.ts"
import { idIn, type RecordKind } from "../RecordKind.ts"

const appointmentColumns = {
  appointmentId: required("appointmentid", opaqueIdentifier(AppointmentId)),
  /**
   * `f` booked (also long after the date, if nobody checked in), `o` open slot, `x` cancelled, `2` checked in,
   * `3` checked out, `4` charge entered. Kept as text: an unknown status must not lose the appointment.
   */
  status: required("appointmentstatus", text),
  /** The day and the time of day where the department is. */
  date: required("date", vendorDate),
  startTime: required("starttime", clockTime),
  durationMinutes: optional("duration", wholeNumber),
  departmentId: required("departmentid", opaqueIdentifier(DepartmentId)),
  providerId: optional("providerid", opaqueIdentifier(ProviderId)),
  /** None on an open slot. */
  patientId: optional("patientid", opaqueIdentifier(PatientId)),
  appointmentTypeId: optional("appointmenttypeid", opaqueIdentifier(AppointmentTypeId)),
  /** Set on a cancelled appointment that was rescheduled: the one that took its place. */
  rescheduledAppointmentId: optional("rescheduledappointmentid", opaqueIdentifier(AppointmentId)),
  /** May move although no field changed; absent on open slots and in the read by id. */
  lastModifiedAt: optional("lastmodified", easternStamp),
  cancelledAt: optional("cancelleddatetime", easternStamp)
}

export interface Appointment extends Columns<typeof appointmentColumns> {
  /** The record as sent, less what is never stored. */
  readonly raw: SealedRecord
}

export const AppointmentColumns = columns("AppointmentColumns", appointmentColumns)

export const appointmentPhi: PhiFields = {
  identifying: ["patient", "appointmentnotes", "cancelreasonname", "claims", "insurances", "reminderdetails"],
  linked: [
    "appointmentid",
    "appointmentstatus",
    "date",
    "starttime",
    "patientid",
    "lastmodified",
    "scheduleddatetime",
    "cancelleddatetime",
    "rescheduledappointmentid",
    "encounterid",
    "appointmenttypeid",
    "appointmenttype",
    "patientappointmenttypename"
  ],
  none: ["departmentid", "providerid", "duration"]
}

const decodeColumns = columnReader(appointmentColumns)

export const appointmentKind: RecordKind<Appointment> = {
  name: "appointment",
  phi: appointmentPhi,
  idKey: "appointmentid",
  decode: (wire, raw) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { raw })),
  subjects: (wire) => {
    const patient = idIn(wire, "patientid")
    const appointment = idIn(wire, "appointmentid")
    return {
      patientIds: patient === undefined ? [] : [patient as PatientId],
      // An open slot has no patient: reading it is no access to anyone's data.
      appointmentIds: appointment === undefined || patient === undefined ? [] : [appointment as AppointmentId]
    }
  }
}
