import type { Redacted } from "effect"
import type { DepartmentId } from "../../ids/DepartmentId.ts"
import type { ProviderId } from "../../ids/ProviderId.ts"
import { type ListQuery, patientDataList } from "../list.ts"
import { patientKind } from "./Patient.ts"
import { criteriaParameters, type PatientCriteria } from "./PatientCriteria.ts"

export interface SearchPatientsQuery extends ListQuery {
  readonly criteria?: Redacted.Redacted<PatientCriteria>
  /** Where the patient was registered; `-1` finds those without such a department. */
  readonly departmentId?: DepartmentId
  /** `active`, `inactive`, `prospective` or `deleted`. */
  readonly status?: string
  readonly appointmentDepartmentId?: DepartmentId
  readonly appointmentProviderId?: ProviderId
  /** With an appointment within so many hours, at most 24; the two hours before are included. */
  readonly upcomingAppointmentHours?: number
}

/**
 * Patients that match all criteria. There is no list of all patients, and none by ids: a search that matches more than
 * 1,000 fails with the reason `TooManyMatches`, whatever the limit, and gives none of them; split it, by department or
 * birth date. Balances, pharmacies and photos are left out, which the vendor recommends for speed.
 *
 * The vendor's default is 10 rows a page; 1,000 are asked for, which is its maximum here. Sure: records and refusals were
 * recorded; some 90 further criteria exist.
 */
export const SearchPatients = patientDataList({
  name: "SearchPatients",
  verb: "GET",
  path: "/v1/{practiceid}/patients",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/patient",
  evidence: "recorded",
  repeat: "safe",
  phi: patientKind.phi,
  auditedParameters: [
    "departmentid",
    "status",
    "appointmentdepartmentid",
    "appointmentproviderid",
    "upcomingappointmenthours",
    "limit",
    "offset"
  ],
  recordsKey: "patients",
  maxLimit: 1000,
  kind: patientKind,
  parameters: (query: SearchPatientsQuery) => ({
    omitbalances: "true",
    omitdefaultpharmacy: "true",
    omitphotoinformation: "true",
    ...(query.departmentId === undefined ? {} : { departmentid: query.departmentId }),
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.appointmentDepartmentId === undefined ? {} : { appointmentdepartmentid: query.appointmentDepartmentId }),
    ...(query.appointmentProviderId === undefined ? {} : { appointmentproviderid: query.appointmentProviderId }),
    ...(query.upcomingAppointmentHours === undefined
      ? {}
      : { upcomingappointmenthours: String(query.upcomingAppointmentHours) }),
    ...(query.criteria === undefined ? {} : criteriaParameters(query.criteria))
  })
})
