/**
 * A claim: what was done for a patient and who is billed. Procedures, diagnoses, payers and transactions stay in the
 * sealed `raw`; types are mixed within one record (`claimid` is text, `departmentid` a number).
 *
 * Source: https://docs.athenahealth.com/api/api-ref/claim
 */
import { AppointmentId } from "../../ids/AppointmentId.ts"
import { ClaimId } from "../../ids/ClaimId.ts"
import { DepartmentId } from "../../ids/DepartmentId.ts"
import { PatientId } from "../../ids/PatientId.ts"
import { ProviderId } from "../../ids/ProviderId.ts"
import { vendorDate } from "../../time/LocalDate.ts"
import { optional, required } from "../../wire/columns.ts"
import { opaqueIdentifier } from "../../wire/identifier.ts"
import { kindOfColumns, type RecordOf } from "../kindOfColumns.ts"
import type { RecordKind } from "../RecordKind.ts"

const claimColumns = {
  claimId: required("claimid", opaqueIdentifier(ClaimId)),
  patientId: optional("patientid", opaqueIdentifier(PatientId)),
  departmentId: optional("departmentid", opaqueIdentifier(DepartmentId)),
  billedProviderId: optional("billedproviderid", opaqueIdentifier(ProviderId)),
  appointmentId: optional("appointmentid", opaqueIdentifier(AppointmentId)),
  createdOn: optional("claimcreateddate", vendorDate),
  servedOn: optional("billedservicedate", vendorDate)
}

export interface Claim extends RecordOf<typeof claimColumns, Record<never, never>> {}

export const claimKind: RecordKind<Claim> = kindOfColumns({
  name: "claim",
  idKey: "claimid",
  phi: {
    identifying: ["procedures", "diagnoses", "patientpayer", "primaryinsurancepayer", "secondaryinsurancepayer", "*"],
    linked: ["claimid", "patientid", "appointmentid", "claimcreateddate", "billedservicedate"],
    none: ["departmentid", "billedproviderid"]
  },
  columns: claimColumns,
  details: {}
})
