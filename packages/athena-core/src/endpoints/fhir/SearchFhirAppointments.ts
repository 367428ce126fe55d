import { type FhirId, practiceReference, printFhirId } from "../../ids/FhirId.ts"
import { noSubjects } from "../RecordKind.ts"
import { fhirAppointmentKind } from "./FhirAppointment.ts"
import { patientDataSearch, type SearchQuery } from "./search.ts"

export interface FhirAppointmentQuery extends SearchQuery {
  /** Its logical id: the only way in which the vendor lets appointments be searched for in FHIR. */
  readonly id: FhirId
}

/** One appointment by its logical id. For lists, days and patients there are the endpoints of `/v1`. */
export const SearchFhirAppointments = patientDataSearch({
  name: "SearchFhirAppointments",
  verb: "GET",
  path: "/fhir/r4/Appointment",
  vendorPage: "https://docs.athenahealth.com/api/fhir-r4/appointment",
  evidence: "inferred",
  repeat: "safe",
  phi: fhirAppointmentKind.phi,
  auditedParameters: ["ah-practice", "_count"],
  resource: fhirAppointmentKind,
  parameters: (query: FhirAppointmentQuery) => ({
    "ah-practice": practiceReference(query.practiceId),
    _id: printFhirId(query.id)
  }),
  asked: () => noSubjects
})
