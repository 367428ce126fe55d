/** Every endpoint that the engine describes; the reference pages and the audit's coverage test walk this list. */
import type { EndpointDescription } from "../http/EndpointDescription.ts"
import { BookAppointment } from "./appointments/BookAppointment.ts"
import { CancelAppointment } from "./appointments/CancelAppointment.ts"
import { ChangedAppointments, ChangedAppointmentsSubscription } from "./appointments/ChangedAppointments.ts"
import { CheckIn } from "./appointments/CheckIn.ts"
import { ConfirmAppointment } from "./appointments/ConfirmAppointment.ts"
import { CreateAppointmentNote } from "./appointments/CreateAppointmentNote.ts"
import { DeleteAppointmentNote } from "./appointments/DeleteAppointmentNote.ts"
import { FreezeSlot } from "./appointments/FreezeSlot.ts"
import { GetAppointment } from "./appointments/GetAppointment.ts"
import { ListAppointmentNotes } from "./appointments/ListAppointmentNotes.ts"
import { ListAppointmentTypes } from "./appointments/ListAppointmentTypes.ts"
import { ListBookedAppointments } from "./appointments/ListBookedAppointments.ts"
import { ListBookedAppointmentsOfDepartments } from "./appointments/ListBookedAppointmentsOfDepartments.ts"
import { ListCancelReasons } from "./appointments/ListCancelReasons.ts"
import { ListOpenSlots } from "./appointments/ListOpenSlots.ts"
import { ListPatientAppointmentReasons } from "./appointments/ListPatientAppointmentReasons.ts"
import { ListPatientAppointments } from "./appointments/ListPatientAppointments.ts"
import { RescheduleAppointment } from "./appointments/RescheduleAppointment.ts"
import { StartCheckIn } from "./appointments/StartCheckIn.ts"
import { UpdateAppointmentNote } from "./appointments/UpdateAppointmentNote.ts"
import { UpdateBookedAppointment } from "./appointments/UpdateBookedAppointment.ts"
import { GetEncounter } from "./chart/GetEncounter.ts"
import { ListAllergies } from "./chart/ListAllergies.ts"
import { ListEncounters } from "./chart/ListEncounters.ts"
import { ListLabResults } from "./chart/ListLabResults.ts"
import { ListMedications } from "./chart/ListMedications.ts"
import { ListProblems } from "./chart/ListProblems.ts"
import { ListVaccines } from "./chart/ListVaccines.ts"
import { ListVitals } from "./chart/ListVitals.ts"
import { ChangedClaims, ChangedClaimsSubscription } from "./claims/ChangedClaims.ts"
import { GetClaim } from "./claims/GetClaim.ts"
import { ListClaims } from "./claims/ListClaims.ts"
import { ChangedLabResults, ChangedLabResultsSubscription } from "./documents/ChangedLabResults.ts"
import { ChangedOrders, ChangedOrdersSubscription } from "./documents/ChangedOrders.ts"
import { ChangedPatientCases, ChangedPatientCasesSubscription } from "./documents/ChangedPatientCases.ts"
import { ChangedPrescriptions, ChangedPrescriptionsSubscription } from "./documents/ChangedPrescriptions.ts"
import { fhirEndpoints } from "./fhir/fhirEndpoints.ts"
import { ListPatientInsurances } from "./insurances/ListPatientInsurances.ts"
import { ChangedPatients, ChangedPatientsSubscription } from "./patients/ChangedPatients.ts"
import { CreatePatient } from "./patients/CreatePatient.ts"
import { FindMatchingPatients } from "./patients/FindMatchingPatients.ts"
import { GetPatient } from "./patients/GetPatient.ts"
import { SearchPatients } from "./patients/SearchPatients.ts"
import { UpdatePatient } from "./patients/UpdatePatient.ts"
import { ChangedProviders, ChangedProvidersSubscription } from "./practice/ChangedProviders.ts"
import { GetProvider } from "./practice/GetProvider.ts"
import { ListDepartments } from "./practice/ListDepartments.ts"
import { ListPractices } from "./practice/ListPractices.ts"
import { ListProviders } from "./practice/ListProviders.ts"
import { Ping } from "./practice/Ping.ts"

export const catalogue: ReadonlyArray<EndpointDescription> = [
  ListBookedAppointments.description,
  ListBookedAppointmentsOfDepartments.description,
  GetAppointment.description,
  ListPatientAppointments.description,
  ChangedAppointments.description,
  ...Object.values(ChangedAppointmentsSubscription.descriptions),
  ListOpenSlots.description,
  ListAppointmentTypes.description,
  ListPatientAppointmentReasons.description,
  ListCancelReasons.description,
  ListAppointmentNotes.description,
  BookAppointment.description,
  CancelAppointment.description,
  RescheduleAppointment.description,
  UpdateBookedAppointment.description,
  FreezeSlot.description,
  StartCheckIn.description,
  CheckIn.description,
  ConfirmAppointment.description,
  CreateAppointmentNote.description,
  UpdateAppointmentNote.description,
  DeleteAppointmentNote.description,
  SearchPatients.description,
  FindMatchingPatients.description,
  GetPatient.description,
  CreatePatient.description,
  UpdatePatient.description,
  ChangedPatients.description,
  ...Object.values(ChangedPatientsSubscription.descriptions),
  ListPatientInsurances.description,
  ListProblems.description,
  ListMedications.description,
  ListAllergies.description,
  ListVaccines.description,
  ListVitals.description,
  ListEncounters.description,
  GetEncounter.description,
  ListLabResults.description,
  ChangedLabResults.description,
  ...Object.values(ChangedLabResultsSubscription.descriptions),
  ChangedOrders.description,
  ...Object.values(ChangedOrdersSubscription.descriptions),
  ChangedPrescriptions.description,
  ...Object.values(ChangedPrescriptionsSubscription.descriptions),
  ChangedPatientCases.description,
  ...Object.values(ChangedPatientCasesSubscription.descriptions),
  ListClaims.description,
  GetClaim.description,
  ChangedClaims.description,
  ...Object.values(ChangedClaimsSubscription.descriptions),
  ListDepartments.description,
  ListProviders.description,
  GetProvider.description,
  ChangedProviders.description,
  ...Object.values(ChangedProvidersSubscription.descriptions),
  ListPractices.description,
  Ping.description,
  ...fhirEndpoints
]
