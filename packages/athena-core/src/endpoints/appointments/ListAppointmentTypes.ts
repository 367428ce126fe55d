import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { type ListQuery, referenceList } from "../list.ts"
import { appointmentTypeKind } from "./AppointmentType.ts"

export interface AppointmentTypesQuery extends ListQuery {
  readonly departmentIds?: ReadonlyArray<DepartmentId>
  readonly providerIds?: ReadonlyArray<ProviderId>
}

/** All appointment types, those that are not for patients included, which the vendor hides by default. */
export const ListAppointmentTypes = referenceList({
  name: "ListAppointmentTypes",
  verb: "GET",
  path: "/v1/{practiceid}/appointmenttypes",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/appointment-types#Get-list-of-appointment-types",
  evidence: "recorded",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "appointmenttypes",
  kind: appointmentTypeKind,
  parameters: (query: AppointmentTypesQuery) => ({
    hidenonpatient: "false",
    ...(query.departmentIds === undefined ? {} : { departmentids: query.departmentIds.join(",") }),
    ...(query.providerIds === undefined ? {} : { providerids: query.providerIds.join(",") })
  })
})
