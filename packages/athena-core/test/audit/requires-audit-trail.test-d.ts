/**
 * Checked by the compiler, run by nobody: what yields patient data does not compile into a running program unless an
 * `AuditTrail` is provided.
 */
// The missing service is what is shown here.
// @effect-diagnostics missingEffectContext:off
import { Effect, type Layer, Stream } from "effect"
import type { AuditTrail } from "../../src/audit/AuditTrail.ts"
import { appointmentKind } from "../../src/endpoints/appointments/Appointment.ts"
import { GetAppointment } from "../../src/endpoints/appointments/GetAppointment.ts"
import { ListBookedAppointments } from "../../src/endpoints/appointments/ListBookedAppointments.ts"
import { ListBookedAppointmentsOfDepartments } from "../../src/endpoints/appointments/ListBookedAppointmentsOfDepartments.ts"
import { fhirPatientKind } from "../../src/endpoints/fhir/FhirPatient.ts"
import { GetFhirPatient } from "../../src/endpoints/fhir/GetFhirPatient.ts"
import { referenceResource } from "../../src/endpoints/fhir/resource.ts"
import { SearchFhirPatients } from "../../src/endpoints/fhir/SearchFhirPatients.ts"
import { referenceSearch } from "../../src/endpoints/fhir/search.ts"
import { GetPatient } from "../../src/endpoints/patients/GetPatient.ts"
import { ListDepartments } from "../../src/endpoints/practice/ListDepartments.ts"
import { ListPractices } from "../../src/endpoints/practice/ListPractices.ts"
import { ListProviders } from "../../src/endpoints/practice/ListProviders.ts"
import { Ping } from "../../src/endpoints/practice/Ping.ts"
import { referenceRecord } from "../../src/endpoints/record.ts"
import type { Athena } from "../../src/http/Athena.ts"
import type { AppointmentId } from "../../src/ids/AppointmentId.ts"
import type { PatientId } from "../../src/ids/PatientId.ts"
import type { PracticeId } from "../../src/ids/PracticeId.ts"
import { noPhi } from "../../src/phi/PhiClass.ts"
import type { LocalDate } from "../../src/time/LocalDate.ts"

declare const athena: Layer.Layer<Athena>
declare const trail: Layer.Layer<AuditTrail>
declare const practiceId: PracticeId
declare const patientId: PatientId
declare const appointmentId: AppointmentId
declare const day: LocalDate

const booked = { practiceId, from: day, to: day }
const withAthena = Effect.provide(athena)
const withBoth = Effect.provide([athena, trail])

export const withoutTrail = () => [
  // @ts-expect-error a patient needs the audit trail
  Effect.runPromise(withAthena(GetPatient.read({ practiceId, patientId }))),
  // @ts-expect-error an appointment needs the audit trail
  Effect.runPromise(withAthena(GetAppointment.read({ practiceId, appointmentId }))),
  // @ts-expect-error a page of appointments needs the audit trail
  Effect.runPromise(withAthena(ListBookedAppointments.page(booked, 0))),
  // @ts-expect-error a stream of pages needs the audit trail
  Effect.runPromise(withAthena(Stream.runCollect(ListBookedAppointments.pages(booked)))),
  // @ts-expect-error a stream of appointments needs the audit trail
  Effect.runPromise(withAthena(Stream.runCollect(ListBookedAppointments.records(booked)))),
  Effect.runPromise(
    // @ts-expect-error appointments of several departments need the audit trail
    withAthena(Stream.runCollect(ListBookedAppointmentsOfDepartments.records({ ...booked, departmentIds: [] })))
  )
]

/** Nor can it be described as if nobody were behind it. */
export const asReference = () => [
  // @ts-expect-error an appointment is no reference data
  referenceRecord(GetAppointment.description),
  // @ts-expect-error nor if its fields are called so
  referenceRecord({ ...GetAppointment.description, phi: noPhi, kind: appointmentKind }),
  // @ts-expect-error nor is a FHIR resource of a patient
  referenceResource({ ...GetFhirPatient.description, phi: noPhi, logicalId: () => "7", resource: fhirPatientKind }),
  // @ts-expect-error nor a search for them
  referenceSearch({ ...SearchFhirPatients.description, phi: noPhi })
]

export const withTrail = () => [
  Effect.runPromise(withBoth(GetPatient.read({ practiceId, patientId }))),
  Effect.runPromise(withBoth(GetAppointment.read({ practiceId, appointmentId }))),
  Effect.runPromise(withBoth(Stream.runCollect(ListBookedAppointments.records(booked))))
]

export const withoutPatients = () => [
  Effect.runPromise(withAthena(Stream.runCollect(ListDepartments.records({ practiceId })))),
  Effect.runPromise(withAthena(Stream.runCollect(ListProviders.records({ practiceId })))),
  Effect.runPromise(withAthena(Stream.runCollect(ListPractices.records({ practiceId })))),
  Effect.runPromise(withAthena(Ping.check(practiceId)))
]
