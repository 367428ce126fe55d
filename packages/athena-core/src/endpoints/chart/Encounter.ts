/**
 * An encounter in a patient's chart: a visit, or orders without one. Diagnoses stay in the sealed `raw`.
 */
import { AppointmentId } from "../../ids/AppointmentId.ts"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { EncounterId } from "../../ids/EncounterId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import { ProviderId } from "../../ids/ProviderId.ts"
import { isoStamp } from "../../time/isoStamp.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import { idIn, type RecordKind } from "../RecordKind.ts"

const encounterColumns = {
  encounterId: required("encounterid", opaqueIdentifier(EncounterId)),
  /** None where there was no visit. */
  appointmentId: optional("appointmentid", opaqueIdentifier(AppointmentId)),
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId)),
  providerId: optional("providerid", opaqueIdentifier(ProviderId)),
  /** `VISIT`, `ORDERSONLY`, `FLOWSHEET` … */
  type: optional("encountertype", text),
  /** `OPEN`, `CLOSED`, `REVIEW`, `PEND`, `TEMP`, `DELETED`. */
  status: optional("status", text),
  date: optional("encounterdate", vendorDate),
  appointmentStartsAt: optional("appointmentstartdate", isoStamp),
  lastUpdatedOn: optional("lastupdated", vendorDate)
}

const encounterDetails = {
  /** As the patient sees it: `Office Visit` … */
  visitName: optional("encountervisitname", text)
}

export interface Encounter extends RecordOf<typeof encounterColumns, typeof encounterDetails> {}

const kind = kindOfColumns({
  name: "encounter",
  idKey: "encounterid",
  phi: {
    identifying: ["encountervisitname", "diagnoses", "*"],
    linked: [
      "encounterid",
      "appointmentid",
      "encountertype",
      "status",
      "encounterdate",
      "appointmentstartdate",
      "lastupdated"
    ],
    none: ["departmentid", "providerid"]
  },
  columns: encounterColumns,
  details: encounterDetails
})

export const encounterKind: RecordKind<Encounter> = {
  ...kind,
  subjects: (wire) => {
    const patient = idIn(wire, "patientid")
    const appointment = idIn(wire, "appointmentid")
    return {
      patientIds: patient === undefined ? [] : [patient as PatientId],
      appointmentIds: appointment === undefined ? [] : [appointment as AppointmentId]
    }
  }
}
