import type { AppointmentId } from "../../ids/AppointmentId.ts"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { PatientId } from "../../ids/PatientId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import { type LocalDate, vendorDate } from "../../time/LocalDate.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import { claimKind } from "./Claim.ts"

export interface ClaimsQuery extends ListQuery {
  /** Dates of service, both included. */
  readonly from?: LocalDate
  readonly to?: LocalDate
  /** Dates on which the claim was made, both included. */
  readonly createdFrom?: LocalDate
  readonly createdTo?: LocalDate
  readonly departmentId?: DepartmentId
  readonly providerId?: ProviderId
  readonly patientId?: PatientId
  readonly appointmentIds?: ReadonlyArray<AppointmentId>
}

/** Claims by date, department, provider, patient or appointment. Sure of the shape: it was recorded. */
export const ListClaims = patientDataList({
  name: "ListClaims",
  verb: "GET",
  path: "/v1/{practiceid}/claims",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/claim",
  evidence: "recorded",
  repeat: "safe",
  phi: claimKind.phi,
  auditedParameters: [
    "servicestartdate",
    "serviceenddate",
    "createdstartdate",
    "createdenddate",
    "departmentid",
    "providerid",
    "limit",
    "offset"
  ],
  recordsKey: "claims",
  kind: claimKind,
  asked: (query: ClaimsQuery) => ({
    patientIds: query.patientId === undefined ? [] : [query.patientId],
    appointmentIds: query.appointmentIds ?? []
  }),
  parameters: (query) => ({
    ...(query.from === undefined ? {} : { servicestartdate: vendorDate.print(query.from) }),
    ...(query.to === undefined ? {} : { serviceenddate: vendorDate.print(query.to) }),
    ...(query.createdFrom === undefined ? {} : { createdstartdate: vendorDate.print(query.createdFrom) }),
    ...(query.createdTo === undefined ? {} : { createdenddate: vendorDate.print(query.createdTo) }),
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
    ...(query.providerId === undefined ? {} : { providerid: query.providerId }),
    ...(query.patientId === undefined ? {} : { patientid: query.patientId }),
    ...(query.appointmentIds === undefined ? {} : { appointmentid: query.appointmentIds.join(",") })
  })
})
